//! Questions in a terminal.

use std::io::{self, BufRead, IsTerminal as _, Write};

/// A question with what is taken when nothing is typed.
pub(super) struct Question<'a> {
    /// The words.
    pub text: &'a str,
    /// The answer to an empty line.
    pub default: &'a str,
    /// What is wrong with an answer.
    pub check: &'a dyn Fn(&str) -> Result<(), String>,
}

impl<'a> Question<'a> {
    pub(super) fn new(
        text: &'a str,
        default: &'a str,
        check: &'a dyn Fn(&str) -> Result<(), String>,
    ) -> Self {
        Self { text, default, check }
    }
}

/// Where questions are asked.
pub(super) struct Asker<R, W> {
    input: R,
    output: W,
}

/// The terminal, if a person sits there: questions go to standard error, so that they are seen when output is kept.
pub(super) fn terminal() -> Option<Asker<io::StdinLock<'static>, io::Stderr>> {
    let (input, output) = (io::stdin(), io::stderr());
    (input.is_terminal() && output.is_terminal()).then(|| Asker { input: input.lock(), output })
}

impl<R: BufRead, W: Write> Asker<R, W> {
    /// Asks until the answer is right. At the end of the input the default is taken.
    pub(super) fn ask(&mut self, question: &Question<'_>) -> io::Result<String> {
        loop {
            match question.default {
                "" => write!(self.output, "{}: ", question.text)?,
                default => write!(self.output, "{} [{default}]: ", question.text)?,
            }
            self.output.flush()?;
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
                writeln!(self.output)?;
                return Ok(question.default.to_owned());
            }
            let answer = match line.trim() {
                "" => question.default,
                typed => typed,
            };
            match (question.check)(answer) {
                Ok(()) => return Ok(answer.to_owned()),
                Err(message) => writeln!(self.output, "  {message}")?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_is_asked_for_again_and_an_empty_one_is_the_default() {
        let check = |text: &str| if text == "no" { Err("that won't do".to_owned()) } else { Ok(()) };
        let mut shown = Vec::new();
        let mut asker = Asker { input: &b"no\nyes\n\n"[..], output: &mut shown };
        assert_eq!(asker.ask(&Question::new("Well", "d", &check)).unwrap(), "yes");
        assert_eq!(asker.ask(&Question::new("Well", "d", &check)).unwrap(), "d");
        assert_eq!(asker.ask(&Question::new("And", "", &check)).unwrap(), "", "nothing more is typed");
        let shown = String::from_utf8(shown).unwrap();
        assert_eq!(shown, "Well [d]:   that won't do\nWell [d]: Well [d]: And: \n");
    }
}

//! What templates can do beyond tera's own filters.

use super::Words;
use crate::markdown::escape_into;
use std::sync::Arc;
use tera::{Kwargs, State, Tera, Value};

/// Registers `breakable`, and those that say something in the words of the theme: `counted`, `in_words`, `exactly`, `label`.
pub(super) fn register(tera: &mut Tera, words: &Arc<Words>) {
    tera.register_filter("breakable", |text: &str, _: Kwargs, _: &State| {
        Value::safe_string(&breakable(text))
    });
    let known = words.clone();
    tera.register_filter("counted", move |count: usize, kwargs: Kwargs, _: &State| {
        kwargs.must_get::<&str>("of").map(|key| known.counted(key, count))
    });
    let known = words.clone();
    tera.register_filter("in_words", move |day: &str, _: Kwargs, _: &State| known.day(day));
    let known = words.clone();
    tera.register_filter("exactly", move |time: &str, _: Kwargs, _: &State| known.moment(time));
    let known = words.clone();
    tera.register_filter("label", move |text: &str, _: Kwargs, _: &State| known.label(text).to_owned());
}

/// Words of no more bytes fit any column.
const SHORT: usize = 10;

/// A long identifier with places where a line may break: before capitals, after `_`, `-`, `.`, `/`, `:`. Escaped.
fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    // Most titles are words.
    if text.split(' ').all(|word| word.len() <= SHORT) {
        escape_into(&mut out, text);
        return out;
    }
    let mut before = ' ';
    let mut run = 0;
    for char in text.chars() {
        // Only runs that are too long for a narrow column need it.
        let new_word = char.is_uppercase() && before.is_lowercase();
        if run >= 3 && (new_word || "_-./:".contains(before)) {
            out.push_str("<wbr>");
            run = 0;
        }
        run = if char.is_whitespace() { 0 } else { run + 1 };
        let mut buffer = [0; 4];
        escape_into(&mut out, char.encode_utf8(&mut buffer));
        before = char;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::breakable;

    #[test]
    fn identifiers_break_at_their_joints_and_text_is_escaped() {
        assert_eq!(breakable("KubePodCrashLooping"), "Kube<wbr>Pod<wbr>Crash<wbr>Looping");
        assert_eq!(breakable("node_filesystem_avail"), "node_<wbr>filesystem_<wbr>avail");
        assert_eq!(breakable("a <b>"), "a &lt;b&gt;");
        assert_eq!(
            breakable("aLongTitle <b> & node_filesystem"),
            "aLong<wbr>Title &lt;b&gt; &amp; node_<wbr>filesystem"
        );
    }
}

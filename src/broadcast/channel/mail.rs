//! Mail: plain text and HTML (RFC 5322, RFC 2046), the same bytes for the same news.

use super::{Part, Payload, Setting};
use crate::broadcast::text::{escaped, html};
use crate::diagnostic::Diagnostic;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

impl Setting<'_> {
    pub(super) fn mail(
        &self,
        key: &str,
        subject: &str,
        parts: &[Part<'_>],
    ) -> Result<Payload, Box<Diagnostic>> {
        let refused = |reason: String| {
            let message = format!("a mail of `{}` can't be made: {reason}", self.channel.name);
            Box::new(
                Diagnostic::error("broadcast/mail", message)
                    .help("correct `mail` of the channel in site.toml"),
            )
        };
        let mail = self.channel.mail.as_ref().ok_or_else(|| refused("it has no sender".to_owned()))?;
        let mailbox =
            |text: &str| text.parse::<Mailbox>().map_err(|error| refused(format!("{text}: {error}")));
        let from = mailbox(&mail.from)?;
        let host = from.email.domain().to_owned();
        let seconds = u64::try_from(self.now.at.as_second()).unwrap_or_default();
        let mut builder = Message::builder()
            .from(from.clone())
            .subject(subject)
            .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
            .message_id(Some(format!("<{key}@{host}>")));
        let mut to = Vec::new();
        for text in &mail.to {
            let mailbox = mailbox(text)?;
            to.push(mailbox.email.to_string());
            builder = builder.to(mailbox);
        }
        // Nobody's holiday answers it (RFC 3834), and readers can sort it (RFC 2919).
        for (name, value) in [
            ("Auto-Submitted", "auto-generated"),
            ("List-Id", &format!("<{}.annals.{host}>", self.channel.name)),
        ] {
            let name =
                HeaderName::new_from_ascii(name.to_owned()).map_err(|error| refused(error.to_string()))?;
            builder = builder.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        let plain = SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.plain_body(parts));
        let rich = SinglePart::builder().header(ContentType::TEXT_HTML).body(self.html_body(subject, parts)?);
        let both =
            MultiPart::alternative().boundary(format!("annals-{key}")).singlepart(plain).singlepart(rich);
        let message = builder.multipart(both).map_err(|error| refused(error.to_string()))?;
        Ok(Payload::Mail { from: from.email.to_string(), to, bytes: message.formatted() })
    }

    fn plain_body(&self, parts: &[Part<'_>]) -> String {
        let mut out = String::new();
        for part in parts {
            let lines = [&part.headline, &part.text, &part.facts, part.url.as_ref().unwrap_or(&part.facts)];
            let own = if part.url.is_some() { &lines[..] } else { lines.get(..3).unwrap_or_default() };
            for line in own.iter().filter(|line| !line.is_empty()) {
                let _ = writeln!(out, "{line}");
            }
            out.push('\n');
        }
        let _ = writeln!(out, "-- \n{} {}", self.site, self.base.unwrap_or_default());
        out
    }

    fn html_body(&self, subject: &str, parts: &[Part<'_>]) -> Result<String, Box<Diagnostic>> {
        let text = |text: &str| escaped(text, html);
        let mut out = format!(
            "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\n<body>\n",
            text(self.language),
            text(subject)
        );
        for part in parts {
            let words = text(&part.headline);
            let head = match &part.url {
                Some(url) => format!("<a href=\"{}\">{words}</a>", text(url)),
                None => words,
            };
            let body = self.templates.html(part.event, part.url.as_deref(), self.words)?;
            let _ = write!(out, "<h2>{head}</h2>\n{body}\n<p><small>{}</small></p>\n", text(&part.facts));
        }
        let site = match self.base {
            Some(base) => format!("<a href=\"{}\">{}</a>", text(base), text(self.site)),
            None => text(self.site),
        };
        let _ = write!(out, "<hr>\n<p><small>{site}</small></p>\n</body></html>\n");
        Ok(out)
    }
}

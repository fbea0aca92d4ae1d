//! Markdown: CommonMark and GFM by pulldown-cmark, with the few directives that plain Markdown lacks.
//!
//! Three pure steps: [`prepare`] turns directives into marked lines, [`outline`] reads headings, links and facts,
//! [`render`] makes HTML. A fourth, [`passages`], gives the text for search. This module knows nothing of sites:
//! where a link leads is answered by the caller ([`Resolve`]).

mod callout;
mod code;
mod diagram;
mod directive;
mod escape;
pub mod highlight;
mod html;
mod inline;
mod outline;
mod passages;
mod percent;
mod prepare;
mod prose;
mod sanitize;
mod slug;
mod toc;
mod visible;

pub use code::FenceInfo;
pub use directive::{Directive, Include, parse_include};
pub use escape::{escape, escape_into, write_escaped};
pub use html::{HtmlPolicy, Labels, LinkTarget, RenderOptions, Resolve, Style, render};
pub use inline::inline;
pub use outline::{Foreign, Heading, Link, LinkKind, Outline, outline, plain_text};
pub use passages::{Passage, passages};
pub use percent::percent_encode;
pub use prepare::{IncludeSource, Prepared, prepare};
pub use prose::{prose, raw_html};
pub use slug::{Slugger, slug};
pub use toc::{TocEntry, toc};
pub use visible::seen;

use pulldown_cmark::{Options, Parser};

/// The extensions that every page is read with.
fn options(smart_punctuation: bool) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    if smart_punctuation {
        options |= Options::ENABLE_SMART_PUNCTUATION;
    }
    options
}

fn parser(text: &str, smart_punctuation: bool) -> Parser<'_> {
    Parser::new_ext(text, options(smart_punctuation))
}

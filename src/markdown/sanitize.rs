//! Removes what is dangerous from a page that holds raw HTML.

use std::collections::HashSet;
use std::sync::LazyLock;

static SANITIZER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .add_tags([
            "section",
            "input",
            "label",
            "picture",
            "source",
            "video",
            "audio",
            "figure",
            "figcaption",
        ])
        .add_generic_attributes(["id", "class", "role", "tabindex", "dir", "lang", "title"])
        .add_generic_attribute_prefixes(["aria-", "data-"])
        .add_tag_attributes("input", ["type", "disabled", "checked"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("img", ["loading", "width", "height", "decoding"])
        .add_tag_attributes("td", ["align", "colspan", "rowspan"])
        .add_tag_attributes("th", ["align", "scope", "colspan", "rowspan"])
        .add_tag_attributes("video", ["src", "controls", "width", "height", "poster"])
        .add_tag_attributes("audio", ["src", "controls"])
        .add_tag_attributes("source", ["src", "type", "srcset"])
        .link_rel(None)
        .url_schemes(HashSet::from([
            "http", "https", "mailto", "tel", "ssh", "irc", "ircs", "slack", "matrix", "xmpp", "sms", "ftp",
            "git",
        ]))
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // Only the boxes of task lists: a form control of an author's could be taken for one of the site's.
            ("input", "type") if value != "checkbox" => None,
            _ => Some(value.into()),
        });
    builder
});

/// The page's HTML without scripts, styles, event handlers, frames, forms and dangerous addresses.
pub(super) fn sanitize(html: &str) -> String {
    SANITIZER.clean(html).to_string()
}

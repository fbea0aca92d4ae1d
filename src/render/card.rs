//! What other sites and search engines are told of a page: an image for cards (<https://ogp.me/>), and the page as a
//! `TechArticle` (<https://schema.org/TechArticle>). Both need the site's own address; what needs it is left out without.

use super::{Renderer, absolute};
use crate::markdown::LinkKind;
use crate::site::{Entry, Place};
use crate::theme::view::{PageView, ShareView, TimeView};
use serde_json::{Value, json};

/// From this width on an image, in pixels, is shown above a card's text rather than beside it.
const LARGE: usize = 600;

impl Renderer {
    /// The card of a page that has no image of its own: the site's logo.
    pub(super) fn site_card(&self) -> ShareView {
        let config = &self.site.library.config;
        let base = config.site.base_url.as_deref();
        let image = base.zip(config.look.logo.as_deref()).map(|(base, logo)| absolute(base, logo));
        ShareView { image, ..ShareView::default() }
    }

    /// The card of a page: its first image that lies on this site, else the site's logo.
    pub(super) fn page_card(&self, entry: &Entry, facts: &PageView, canonical: Option<&str>) -> ShareView {
        let mut card = self.site_card();
        let base = self.site.library.config.site.base_url.as_deref();
        let own = base.and_then(|base| {
            let links = entry.page.outline.links.iter().zip(&entry.links);
            links.filter(|(link, _)| link.kind == LinkKind::Image).find_map(|(link, place)| match place {
                Place::Address(address, _) => {
                    let (width, _) = self.site.image_size(address)?;
                    Some((absolute(base, address), link.text.clone(), width >= LARGE))
                }
                _ => None,
            })
        });
        if let Some((image, alt, is_large)) = own {
            card = ShareView { image: Some(image), alt, is_large, ..card };
        }
        if !entry.page.front.common.draft {
            card.structured = Some(in_script(&self.article(entry, facts, canonical, card.image.as_deref())));
        }
        card
    }

    /// A page as structured data.
    fn article(
        &self,
        entry: &Entry,
        facts: &PageView,
        canonical: Option<&str>,
        image: Option<&str>,
    ) -> Value {
        let site = &self.site.library.config.site;
        let publisher = json!({ "@type": "Organization", "name": site.title, "url": site.base_url });
        let day = |time: &Option<TimeView>| time.as_ref().map(|time| time.machine.clone());
        let description = entry.page.description();
        let all = json!({
            "@context": "https://schema.org",
            "@type": "TechArticle",
            "headline": facts.title,
            "description": Some(description).filter(|text| !text.is_empty()),
            "inLanguage": facts.lang.as_ref().unwrap_or(&site.language),
            "datePublished": day(&facts.date).or_else(|| day(&facts.created)),
            "dateModified": day(&facts.updated),
            "image": image,
            "url": canonical,
            "author": without_nulls(publisher.clone()),
            "publisher": without_nulls(publisher),
        });
        without_nulls(all)
    }
}

/// An object without the keys that have no value.
fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

/// JSON for a `<script>` that is data: no text in it can end the element or begin a comment.
fn in_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_element_and_all_of_it_can_be_read_back() {
        let value = json!({ "headline": "</script><script>alert(1)</script><!-- \"\\u003c\" & ü" });
        let text = in_script(&value);
        assert!(!text.contains('<'), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        assert_eq!(without_nulls(json!({ "a": null, "b": "" })), json!({ "b": "" }));
    }
}

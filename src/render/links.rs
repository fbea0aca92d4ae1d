//! Links of a page as they are written into its HTML.

use crate::markdown::{LinkTarget, Resolve};
use crate::record::Audience;
use crate::site::{Entry, Place, Site, url};

/// An address of the site with the site's own address before it.
pub fn absolute(base: &str, address: &str) -> String {
    format!("{}/{}", base.trim_end_matches('/'), url::encode(address))
}

/// Resolves the links of one page. `prefix` is what stands before an address of the site: the way to the root for a
/// page, the site's address for a feed.
pub(super) struct PageLinks<'a> {
    pub site: &'a Site,
    pub entry: &'a Entry,
    pub prefix: String,
}

impl Resolve for PageLinks<'_> {
    fn resolve(&self, dest: &str) -> LinkTarget {
        let link = |address: &str, fragment: Option<&str>| {
            let mut href = format!("{}{}", self.prefix, url::encode(address));
            if let Some(fragment) = fragment {
                href.push('#');
                href.push_str(&url::encode(fragment));
            }
            href
        };
        match self.site.resolve(self.entry, dest).place {
            Place::Entry(id, fragment) if id == self.entry.id && dest.starts_with('#') => LinkTarget {
                href: format!("#{}", url::encode(fragment.as_deref().unwrap_or_default())),
                ..LinkTarget::default()
            },
            Place::Entry(id, fragment) => {
                let address = self.site.entry(id).map_or("", |entry| entry.url.as_str());
                LinkTarget { href: link(address, fragment.as_deref()), ..LinkTarget::default() }
            }
            Place::Address(address, fragment) => LinkTarget {
                href: link(&address, fragment.as_deref()),
                size: self.site.image_size(&address),
                ..LinkTarget::default()
            },
            Place::External => LinkTarget { href: dest.to_owned(), external: true, ..LinkTarget::default() },
            // The name of an internal page may tell more than it should.
            Place::Broken if self.site.library.built_for == Audience::Public => {
                LinkTarget { hidden: true, ..LinkTarget::default() }
            }
            Place::Broken => LinkTarget { href: dest.to_owned(), ..LinkTarget::default() },
        }
    }
}

//! The browser's client: the theme's scripts of search as the one file that pages load.

/// The scripts in the order that they are joined in.
pub const PARTS: [&str; 8] = [
    "search-query.js",
    "search-index.js",
    "search-rank.js",
    "search-evidence.js",
    "search-excerpt.js",
    "search-view.js",
    "search-arrive.js",
    "search-dialog.js",
];

/// Joins the scripts, which `read` gives by name, and leaves out comment lines and indentation:
/// a reader on a slow network needs neither.
pub fn bundle(read: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    for part in PARTS {
        for line in read(part)?.lines().map(str::trim) {
            let comment =
                line.starts_with("//") || line.starts_with("/**") || line.starts_with("* ") || line == "*/";
            if !comment && !line.is_empty() {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    Some(out)
}

//! The script that keeps a preview fresh. It is served, and put into pages, by `serve` alone.

/// Where the script is served.
pub(super) const SCRIPT_PATH: &str = ".annals/live.js";
/// Where it waits for changes.
pub(super) const WAIT_PATH: &str = ".annals/wait";

/// The script: waits for a change, then reloads the page or the stylesheet, or shows the errors.
pub(super) const SCRIPT: &str = include_str!("live.js");

/// A page with the script in it. Browsers must keep nothing of it: another project's preview may be at the same address
/// tomorrow.
pub(super) fn with_script(html: Vec<u8>, root: &str) -> Vec<u8> {
    let Ok(mut text) = String::from_utf8(html) else { return Vec::new() };
    if let Some((before, after)) = text.split_once(" data-offline=\"")
        && let Some((_, after)) = after.split_once('"')
    {
        text = format!("{before}{after}");
    }
    let script = format!("<script defer src=\"{root}{SCRIPT_PATH}\"></script>");
    match text.find("</head>") {
        Some(at) => {
            let (head, rest) = text.split_at(at);
            format!("{head}{script}{rest}").into_bytes()
        }
        None => text.into_bytes(),
    }
}

//! Media types of a site's files, for the preview and for stores that serve what they are told.

use crate::site::SPECULATION_RULES;

/// The media type of a file by its ending.
pub fn media_type(path: &str) -> &'static str {
    if path.rsplit('/').next() == Some(SPECULATION_RULES) {
        // Browsers read it as nothing else.
        return "application/speculationrules+json";
    }
    match path.rsplit('.').next().unwrap_or_default() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "ics" => "text/calendar; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "pdf" => "application/pdf",
        "woff2" => "font/woff2",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "ogv" => "video/ogg",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "gz" => "application/gzip",
        "zst" => "application/zstd",
        "wasm" => "application/wasm",
        _ if path.starts_with('_') => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

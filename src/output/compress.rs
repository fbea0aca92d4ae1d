//! Text files compressed beside themselves, for web servers that send such files as they are.
//!
//! A compressed file is made from nothing but its file, so that one that is there already for the same bytes is kept. The
//! same bytes give the same file on every machine: levels are fixed, and no header has a time or a name.

use crate::config::output::Encoding;
use std::io;

/// Changes with the bytes that any encoding makes, so that kept files are dropped.
const VERSION: u32 = 2;
/// Smaller files fit one packet as they are.
const SMALLEST: u64 = 512;
/// Levels that take a few milliseconds a page. The highest ones save about a twentieth more and take ten times as long.
const GZIP_LEVEL: i32 = 9;
const BROTLI_LEVEL: i32 = 9;
const ZSTD_LEVEL: i32 = 15;

/// Whether a file is worth it.
pub(super) fn is_text(path: &str, size: u64) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let known = ["html", "htm", "css", "js", "json", "svg", "xml", "txt", "md", "csv", "ics", "wasm"];
    // Files for the host are read where they are.
    size >= SMALLEST && known.contains(&ending) && !path.starts_with('_')
}

/// What a compressed file is made from.
pub(super) fn key(hash: &[u8; 32], encoding: Encoding) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&VERSION.to_le_bytes()).update(encoding.name().as_bytes()).update(hash);
    *hasher.finalize().as_bytes()
}

/// The bytes of a file in an encoding.
pub(super) fn compress(bytes: &[u8], encoding: Encoding) -> io::Result<Vec<u8>> {
    match encoding {
        Encoding::Gzip => {
            let level = libdeflater::CompressionLvl::new(GZIP_LEVEL).unwrap_or_default();
            let mut compressor = libdeflater::Compressor::new(level);
            let mut out = vec![0; compressor.gzip_compress_bound(bytes.len())];
            let length = compressor.gzip_compress(bytes, &mut out).map_err(io::Error::other)?;
            out.truncate(length);
            Ok(out)
        }
        Encoding::Brotli => {
            // A window that is larger than the file costs its memory, and saves nothing.
            let bits = usize::BITS - bytes.len().leading_zeros();
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: BROTLI_LEVEL,
                lgwin: i32::try_from(bits.clamp(16, 22)).unwrap_or(22),
                size_hint: bytes.len(),
                ..Default::default()
            };
            let mut out = Vec::with_capacity(bytes.len() / 3);
            brotli::BrotliCompress(&mut &*bytes, &mut out, &parameters)?;
            Ok(out)
        }
        Encoding::Zstd => zstd::bulk::compress(bytes, ZSTD_LEVEL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn what_is_compressed_comes_back_and_is_the_same_each_time() {
        let text = "A sentence that is said again and again. ".repeat(100);
        for encoding in Encoding::ALL {
            let bytes = compress(text.as_bytes(), encoding).unwrap();
            assert_eq!(bytes, compress(text.as_bytes(), encoding).unwrap());
            assert!(bytes.len() < text.len() / 4, "{encoding:?}");
            let mut back = vec![0; text.len()];
            match encoding {
                Encoding::Gzip => {
                    libdeflater::Decompressor::new().gzip_decompress(&bytes, &mut back).unwrap();
                }
                Encoding::Brotli => {
                    brotli::Decompressor::new(&*bytes, 4096).read_exact(&mut back).unwrap();
                }
                Encoding::Zstd => back = zstd::bulk::decompress(&bytes, text.len()).unwrap(),
            }
            assert_eq!(back, text.as_bytes(), "{encoding:?}");
        }
        // RFC 1952: no time (MTIME is 0), no name.
        assert_eq!(compress(text.as_bytes(), Encoding::Gzip).unwrap()[3..8], [0; 5]);
    }

    #[test]
    fn only_text_that_is_long_enough_is_compressed() {
        assert!(is_text("a/index.html", 512) && is_text("feed.json", 9000));
        for (path, size) in [("a/index.html", 511), ("a/p.png", 9000), ("_headers", 9000), ("x.gz", 9000)] {
            assert!(!is_text(path, size), "{path}");
        }
    }
}

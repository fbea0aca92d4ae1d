//! Where a site is published to, as it is written on the command line.

use std::path::PathBuf;

/// A place for a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A branch of the repository that the site's content is in.
    Branch(String),
    /// Where a program brings it, by the name that `site.toml` gives it.
    Command(String),
    /// An S3-compatible store: the bucket, and what comes before each path in it, with a slash at the end unless empty.
    Store {
        /// The bucket's name.
        bucket: String,
        /// What comes before each path.
        prefix: String,
    },
}

impl Target {
    /// Reads `s3://BUCKET/PREFIX`, `branch:NAME`, `command:NAME`, or the path of a folder.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(name) = text.strip_prefix("command:") {
            return match name {
                "" => Err("expected a name, as in command:web".to_owned()),
                name => Ok(Self::Command(name.to_owned())),
            };
        }
        if let Some(name) = text.strip_prefix("branch:") {
            return match git2::Branch::name_is_valid(name) {
                Ok(true) => Ok(Self::Branch(name.to_owned())),
                _ => Err(format!("`{name}` can't be the name of a branch")),
            };
        }
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_matches('/');
            if bucket.is_empty() {
                return Err("expected a bucket's name, as in s3://my-bucket/kb".to_owned());
            }
            if !prefix.is_empty() && prefix.split('/').any(|part| matches!(part, "" | "." | "..")) {
                return Err(format!("`{prefix}` has an empty part or dots in it, which no address keeps"));
            }
            let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
            return Ok(Self::Store { bucket: bucket.to_owned(), prefix });
        }
        match text.split_once("://") {
            Some((scheme, _)) => Err(format!(
                "`{scheme}` is not known; expected a folder, branch:NAME, command:NAME or s3://BUCKET/PREFIX"
            )),
            None if text.is_empty() => {
                Err("expected a folder, branch:NAME, command:NAME or s3://BUCKET/PREFIX".to_owned())
            }
            None => Ok(Self::Folder(PathBuf::from(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_folder_a_branch_or_a_store() {
        let store =
            |bucket: &str, prefix: &str| Target::Store { bucket: bucket.into(), prefix: prefix.into() };
        assert_eq!(Target::parse("../www"), Ok(Target::Folder("../www".into())));
        assert_eq!(Target::parse("branch:gh-pages"), Ok(Target::Branch("gh-pages".into())));
        assert_eq!(Target::parse("command:web"), Ok(Target::Command("web".into())));
        assert_eq!(Target::parse("s3://docs"), Ok(store("docs", "")));
        assert_eq!(Target::parse("s3://docs/kb/a/"), Ok(store("docs", "kb/a/")));
        for wrong in
            ["", "command:", "branch:", "branch:a..b", "s3://", "s3:///a", "s3://b/a/../c", "ftp://h/a"]
        {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
    }
}

//! Paths as settings name them: relative, with `/`, never out of the folder that they are relative to.

/// Whether `path` is `folder` or lies below it. Both are relative and use `/`; the empty folder holds everything.
pub fn is_inside(path: &str, folder: &str) -> bool {
    let folder = folder.trim_matches('/');
    let path = path.trim_start_matches('/');
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a relative path stays inside: no root, no drive, no `..`.
pub fn stays_inside(path: &str) -> bool {
    !path.starts_with('/')
        && !path.contains('\\')
        && !path.contains(':')
        && path.split('/').all(|part| part != "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_below_it_and_not_its_namesakes() {
        assert!(is_inside("runbooks/edge/a.md", "runbooks/edge/"));
        assert!(!is_inside("runbooks-old/a.md", "runbooks"));
        assert!(is_inside("a.md", ""));
    }

    #[test]
    fn a_path_out_of_the_root_is_refused() {
        assert!(stays_inside("a/b"));
        for path in ["/etc", "../x", "a/../../x", "C:x", "a\\b"] {
            assert!(!stays_inside(path), "{path}");
        }
    }
}

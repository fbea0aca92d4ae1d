//! Folders of pages: the content's own and mounts, and which of their files are pages.

use super::library::Asset;
use super::page_file::PageFile;
use super::project::Project;
use super::walk;
use crate::config::{self, MountConfig};
use crate::diagnostic::{Diagnostic, Span};
use globset::GlobSet;
use std::collections::HashMap;
use std::path::PathBuf;

/// A folder of pages: `content`, or a mount.
pub(super) struct Tree {
    /// Where it is.
    pub folder: PathBuf,
    /// What symbolic links may not leave.
    root: PathBuf,
    /// Its place in the content tree.
    pub at: String,
    /// How diagnostics name it.
    shown: String,
}

/// All of the project, the content's own first.
pub(super) fn trees(project: &Project) -> Vec<Tree> {
    let config = &project.config;
    let mut trees = vec![Tree {
        folder: project.root.join(&config.content.folder),
        root: project.root.clone(),
        at: String::new(),
        shown: config.content.folder.clone(),
    }];
    trees.extend(config.mounts.iter().map(|mount| mount_tree(project, mount)));
    trees
}

/// The pages of all trees, and the files beside them. What is excluded is not among them, and of two files for one place
/// the first is.
pub(super) fn list(
    trees: &[Tree],
    exclude: &GlobSet,
    found: &mut Vec<Diagnostic>,
) -> (Vec<PageFile>, Vec<Asset>) {
    let mut pages: Vec<PageFile> = Vec::new();
    let mut assets: Vec<Asset> = Vec::new();
    let mut claimed: HashMap<String, String> = HashMap::new();
    for tree in trees {
        if !tree.folder.is_dir() {
            found.push(missing_folder(tree));
            continue;
        }
        let shown = |path: &str| format!("{}/{path}", tree.shown);
        let (files, mistakes) = walk::files(&tree.folder, &tree.root, exclude, shown);
        found.extend(mistakes);
        for file in files {
            let name = shown(&file.path);
            let at =
                if tree.at.is_empty() { file.path.clone() } else { format!("{}/{}", tree.at, file.path) };
            if let Some(other) = claimed.insert(at.clone(), name.clone()) {
                found.push(
                    Diagnostic::error(
                        "source/twice",
                        format!("two files for one place: `{other}` and `{name}`"),
                    )
                    .at(Span::file(name)),
                );
            } else if is_page(&file.path) {
                pages.push(PageFile { file, at: tree.at.clone(), shown: name });
            } else {
                assets.push(Asset::read(at, name, file.disk));
            }
        }
    }
    (pages, assets)
}

fn is_page(path: &str) -> bool {
    let lower = path.to_lowercase();
    [".md", ".markdown", ".mdx"].iter().any(|ending| lower.ends_with(ending))
}

fn mount_tree(project: &Project, mount: &MountConfig) -> Tree {
    let folder = project.place(&mount.path);
    Tree {
        root: folder.clone(),
        folder,
        at: mount.at.trim_matches('/').to_owned(),
        shown: mount.path.trim_end_matches('/').to_owned(),
    }
}

fn missing_folder(tree: &Tree) -> Diagnostic {
    let message = format!("there is no folder `{}`", tree.shown);
    if tree.at.is_empty() {
        Diagnostic::error("source/no-content", message).help(
            "`annals init` makes a site to start from; `content.folder` in site.toml names another folder",
        )
    } else {
        Diagnostic::error("source/no-mount", message)
            .at(Span::file(config::FILE_NAME))
            .help("correct `path` under `[[mounts]]`")
    }
}

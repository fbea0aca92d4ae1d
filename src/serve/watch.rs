//! Watching: which files changed, gathered until they are quiet for a moment.

use super::state::Preview;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Editors write in several steps; a file is taken up when nothing has happened for this long.
const QUIET: Duration = Duration::from_millis(8);

/// Watches everything that a project is made from, and keeps the preview up to date. The watcher works until it is
/// dropped.
pub fn watch(preview: &Arc<Preview>) -> Result<RecommendedWatcher, String> {
    let (sender, receiver) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if let Ok(event) = event
            && !matches!(event.kind, EventKind::Access(_))
        {
            // The receiver ends with the process.
            let _ = sender.send(event.paths);
        }
    })
    .map_err(|error| format!("files can't be watched: {error}"))?;
    let project = preview.project();
    let config = &project.config;
    let mut folders: Vec<PathBuf> = vec![
        project.root.join(&config.content.folder),
        project.root.join(&config.content.static_folder),
        project.root.join("themes"),
    ];
    folders.extend(config.mounts.iter().map(|mount| project.root.join(&mount.path)));
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        watcher
            .watch(folder, RecursiveMode::Recursive)
            .map_err(|error| format!("`{}` can't be watched: {error}", folder.display()))?;
    }
    // Files beside the folders, and git's note of every commit.
    for folder in [project.root.clone(), project.root.join(".git/logs")] {
        if folder.is_dir() {
            let _ = watcher.watch(&folder, RecursiveMode::NonRecursive);
        }
    }
    let preview = preview.clone();
    let services = config.content.services.clone();
    thread::spawn(move || gather(&preview, &receiver, &services));
    Ok(watcher)
}

fn gather(preview: &Preview, receiver: &Receiver<Vec<PathBuf>>, services: &str) {
    let root = preview.project().root;
    while let Ok(first) = receiver.recv() {
        let mut changed: BTreeSet<PathBuf> = first.into_iter().collect();
        loop {
            match receiver.recv_timeout(QUIET) {
                Ok(paths) => changed.extend(paths),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        let changed: Vec<PathBuf> =
            changed.into_iter().filter(|path| matters(path, &root, services)).collect();
        if !changed.is_empty() {
            preview.update(&changed);
        }
    }
}

/// Whether a file is part of the project: not an editor's leavings, not what annals itself writes.
fn matters(path: &Path, root: &Path, services: &str) -> bool {
    let Ok(inner) = path.strip_prefix(root) else { return true };
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let mut parts = inner.components().map(|part| part.as_os_str().to_string_lossy());
    let top = parts.next().unwrap_or_default().into_owned();
    let beside = inner.components().count() == 1;
    if top == ".git" {
        return name == "HEAD";
    }
    if beside {
        return [crate::config::FILE_NAME, crate::config::CATALOGUE_FILE, services].contains(&&*name);
    }
    !name.starts_with('.') && !name.ends_with('~') && !name.ends_with(".swp") && name != "4913"
}

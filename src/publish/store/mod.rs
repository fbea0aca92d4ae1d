//! Publishing to an S3-compatible store, which has no way to exchange a whole site at once.
//!
//! Files are written so that a reader always gets a page with all that it needs: what pages load comes before them, what
//! names pages after them, and what is gone is removed last. Files whose names change with their bytes stay for one more
//! publication, since a page that somebody has open may load them later. The manifest is written after all that.

mod bucket;
mod http;
mod lock;

use self::bucket::{Bucket, Refused};
use self::lock::{BEAT, Lock};
use super::changes::{Stage, is_hashed};
use super::{Built, Changes, Outcome, built};
use crate::diagnostic::Diagnostic;
use crate::output::{FileRecord, MANIFEST, Manifest};
use object_store::{PutMode, UpdateVersion};
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Requests at a time.
const AT_ONCE: usize = 16;
/// The list of files that are removed by the next publication.
const RETIRED: &str = ".annals/retired.json";

/// Publishes a site to a bucket, or tells what that would change. `take_over` does not wait for signs of life of a
/// publication that has not ended.
pub fn publish_store(built: Built, bucket: &str, prefix: &str, take_over: bool, dry_run: bool) -> Outcome {
    let bucket = Arc::new(Bucket::open(bucket, prefix)?);
    // One thread drives all requests; they wait on threads of their own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(|error| {
        Box::new(Diagnostic::error("publish/store", format!("no thread can be made: {error}")))
    })?;
    runtime.block_on(publish(bucket, Arc::new(built), take_over, dry_run))
}

async fn publish(bucket: Arc<Bucket>, built: Arc<Built>, take_over: bool, dry_run: bool) -> Outcome {
    let published = bucket.read(MANIFEST).await?;
    let is_whole = bucket.read(lock::LOCK).await?.is_none();
    let is_same = published.as_ref().is_some_and(|(text, _)| *text == built.text);
    if is_same && is_whole {
        return Ok(Changes::default());
    }
    if dry_run {
        return Ok(Changes::between(parsed(published.as_ref())?.as_ref(), &built.manifest));
    }
    let mut lock = Lock::take(&bucket, take_over).await?;
    match write(&bucket, &built, &mut lock).await {
        Ok(changes) => {
            lock.release(&bucket).await?;
            Ok(changes)
        }
        Err(diagnostic) => {
            lock.give_up(&bucket).await;
            Err(diagnostic)
        }
    }
}

/// The manifest that is published. One that can't be read is an error: without it nobody knows what may be removed.
fn parsed(published: Option<&(Vec<u8>, UpdateVersion)>) -> Result<Option<Manifest>, Box<Diagnostic>> {
    published.map(|(text, _)| built::parse(text)).transpose().map_err(|reason| {
        let message = format!("the published {MANIFEST} can't be read: {reason}");
        let help = "if it is not annals that wrote it, publish to another place; else remove that object";
        Box::new(Diagnostic::error("publish/store", message).help(help))
    })
}

/// Brings the store to the site, with the lock in our hands.
async fn write(bucket: &Arc<Bucket>, built: &Arc<Built>, lock: &mut Lock) -> Outcome {
    // Only now is it sure that nobody else changes it.
    let published = bucket.read(MANIFEST).await?;
    let old = parsed(published.as_ref())?;
    let changes = Changes::between(old.as_ref(), &built.manifest);
    let doubtful = lock.touched().clone();
    let differs: BTreeSet<&String> = changes.added.iter().chain(&changes.changed).collect();
    lock.touch(bucket, differs.iter().copied().chain(&changes.removed).cloned()).await?;
    for stage in Stage::ALL {
        let files = built.manifest.files.iter().filter(|file| Stage::of(&file.path) == stage);
        let files = files.filter(|file| differs.contains(&file.path) || doubtful.contains(&file.path));
        let tasks = files
            .map(|file| upload(bucket.clone(), built.clone(), file.clone(), doubtful.contains(&file.path)));
        together(tasks, bucket, lock).await?;
    }
    remove(bucket, built, &changes, &doubtful, lock).await?;
    // The last sign of life proves that the lock is still ours.
    lock.beat(bucket).await?;
    let mode = match published {
        Some((text, _)) if text == built.text => return Ok(changes),
        Some((_, version)) => PutMode::Update(version),
        None => PutMode::Create,
    };
    match bucket.put(MANIFEST, built.text.clone(), mode).await {
        Ok(_) => Ok(changes),
        Err(Refused::Changed) => match bucket.read(MANIFEST).await? {
            // A write whose answer was lost was tried again, and found its own work.
            Some((text, _)) if text == built.text => Ok(changes),
            _ => Err(Refused::Changed.into()),
        },
        Err(refused) => Err(refused.into()),
    }
}

/// Writes a file, unless it is one that may be there already and is.
async fn upload(
    bucket: Arc<Bucket>,
    built: Arc<Built>,
    file: FileRecord,
    is_doubtful: bool,
) -> Result<(), Box<Diagnostic>> {
    if is_doubtful && bucket.hash(&file.path).await?.as_ref() == Some(&file.blake3) {
        return Ok(());
    }
    let bytes = built.read(&file)?;
    bucket.put(&file.path, bytes, PutMode::Overwrite).await?;
    Ok(())
}

/// Removes what is gone, but for files that open pages may still load: those go next time.
async fn remove(
    bucket: &Arc<Bucket>,
    built: &Built,
    changes: &Changes,
    doubtful: &BTreeSet<String>,
    lock: &mut Lock,
) -> Result<(), Box<Diagnostic>> {
    let before = bucket.read(RETIRED).await?.map(|(text, _)| text);
    let retired_before: BTreeSet<String> =
        before.as_deref().and_then(|text| serde_json::from_slice(text).ok()).unwrap_or_default();
    let retired: BTreeSet<&String> = changes.removed.iter().filter(|path| is_hashed(path)).collect();
    let kept: BTreeSet<&String> = built.manifest.files.iter().map(|file| &file.path).collect();
    let gone: BTreeSet<&String> = changes.removed.iter().chain(doubtful).chain(&retired_before).collect();
    let gone = gone.into_iter().filter(|path| !kept.contains(path) && !retired.contains(path));
    let tasks = gone.map(|path| {
        let (bucket, path) = (bucket.clone(), path.clone());
        async move { bucket.remove(&path).await }
    });
    together(tasks, bucket, lock).await?;
    let text = serde_json::to_vec(&retired).unwrap_or_default();
    if before.as_deref() != Some(&text) && !(before.is_none() && retired.is_empty()) {
        bucket.put(RETIRED, text, PutMode::Overwrite).await?;
    }
    Ok(())
}

/// Does some tasks at a time, and gives signs of life meanwhile. After a failure no further one is begun, but those at
/// work are waited for: nothing may be written after the lock is given up.
async fn together<T>(
    tasks: impl Iterator<Item = T>,
    bucket: &Bucket,
    lock: &mut Lock,
) -> Result<(), Box<Diagnostic>>
where
    T: Future<Output = Result<(), Box<Diagnostic>>> + Send + 'static,
{
    let mut waiting = tasks.fuse();
    let mut running = JoinSet::new();
    let mut outcome = Ok(());
    loop {
        while outcome.is_ok() && running.len() < AT_ONCE {
            let Some(task) = waiting.next() else { break };
            running.spawn(task);
        }
        let done = match tokio::time::timeout(BEAT, running.join_next()).await {
            Ok(None) => return outcome,
            Ok(Some(done)) => done.unwrap_or_else(|error| {
                Err(Box::new(Diagnostic::error("publish/store", format!("a request was cut off: {error}"))))
            }),
            Err(_) => Ok(()),
        };
        let alive = lock.live(bucket).await;
        outcome = outcome.and(done).and(alive);
    }
}

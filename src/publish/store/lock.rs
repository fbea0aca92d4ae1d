//! The object that says who is publishing, so that two publications never mix.
//!
//! It is made and changed by conditional writes only. Its holder changes it now and then as a sign of life: a lock that
//! stays the same for a while belongs to nobody any more. So no clock is compared with another. It also tells which paths
//! may be other than the published manifest says, because a publication broke off there.

use super::bucket::{Bucket, Refused};
use crate::diagnostic::Diagnostic;
use object_store::{PutMode, UpdateVersion};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

/// Where it lies in the site.
pub(super) const LOCK: &str = ".annals/publishing.json";
/// How often its holder gives a sign of life.
pub(super) const BEAT: Duration = Duration::from_secs(10);
/// Without one for so long it is taken for dead.
const SILENCE: Duration = Duration::from_secs(35);
/// How often somebody who waits looks.
const LOOK: Duration = Duration::from_secs(5);

/// What the object holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    /// Tells publications apart.
    id: String,
    /// Grows with each sign of life.
    beat: u64,
    /// Whether somebody is at work; false where a publication failed and said so.
    is_active: bool,
    /// Paths that may be other than the published manifest says.
    touched: BTreeSet<String>,
}

/// The lock in our hands.
#[derive(Debug)]
pub(super) struct Lock {
    body: Body,
    version: UpdateVersion,
    given: Instant,
}

impl Lock {
    /// Takes the lock: a free one at once, that of a killed publication after it was silent for a while, or at once with
    /// `take_over`. One that shows signs of life is an error.
    pub(super) async fn take(bucket: &Bucket, take_over: bool) -> Result<Self, Box<Diagnostic>> {
        let since = Instant::now();
        let mut seen: Option<UpdateVersion> = None;
        loop {
            let Some((text, version)) = bucket.read(LOCK).await? else {
                return Self::put(bucket, BTreeSet::new(), PutMode::Create).await;
            };
            let body: Body = serde_json::from_slice(&text).unwrap_or_default();
            if take_over || !body.is_active || since.elapsed() > SILENCE {
                return Self::put(bucket, body.touched, PutMode::Update(version)).await;
            }
            if seen.as_ref().is_some_and(|seen| seen.e_tag != version.e_tag) {
                let message = "another publication to the same place is at work";
                let help = "wait for it to end, then run this again; nothing was written";
                return Err(Box::new(Diagnostic::error("publish/busy", message).help(help)));
            }
            seen = Some(version);
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn put(bucket: &Bucket, touched: BTreeSet<String>, mode: PutMode) -> Result<Self, Box<Diagnostic>> {
        // Two publications of one site must differ: an object's version is made from its bytes.
        let id = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
        let body = Body { id, beat: 0, is_active: true, touched };
        match bucket.put(LOCK, bytes(&body), mode).await {
            Ok(version) => Ok(Self { body, version, given: Instant::now() }),
            Err(Refused::Changed) => {
                // A write whose answer was lost was tried again, and found its own work.
                match bucket.read(LOCK).await? {
                    Some((text, version)) if text == bytes(&body) => {
                        Ok(Self { body, version, given: Instant::now() })
                    }
                    _ => Err(Refused::Changed.into()),
                }
            }
            Err(refused) => Err(refused.into()),
        }
    }

    /// Paths that may be other than the published manifest says.
    pub(super) fn touched(&self) -> &BTreeSet<String> {
        &self.body.touched
    }

    /// Notes that these paths are about to be written or removed.
    pub(super) async fn touch(
        &mut self,
        bucket: &Bucket,
        paths: impl IntoIterator<Item = String>,
    ) -> Result<(), Box<Diagnostic>> {
        self.body.touched.extend(paths);
        self.beat(bucket).await
    }

    /// Gives a sign of life if one is due.
    pub(super) async fn live(&mut self, bucket: &Bucket) -> Result<(), Box<Diagnostic>> {
        if self.given.elapsed() < BEAT { Ok(()) } else { self.beat(bucket).await }
    }

    /// Gives a sign of life, which fails if the lock is another's by now.
    pub(super) async fn beat(&mut self, bucket: &Bucket) -> Result<(), Box<Diagnostic>> {
        self.body.beat += 1;
        let text = bytes(&self.body);
        match bucket.put(LOCK, text.clone(), PutMode::Update(self.version.clone())).await {
            Ok(version) => self.version = version,
            Err(Refused::Changed) => match bucket.read(LOCK).await? {
                Some((found, version)) if found == text => self.version = version,
                _ => return Err(Refused::Changed.into()),
            },
            Err(refused) => return Err(refused.into()),
        }
        self.given = Instant::now();
        Ok(())
    }

    /// Says that nobody is at work any more although it is not done: the next one goes on at once.
    pub(super) async fn give_up(mut self, bucket: &Bucket) {
        self.body.is_active = false;
        // If even this fails, the next one waits for the silence to be long enough.
        let _ = self.beat(bucket).await;
    }

    /// Says that all is done.
    pub(super) async fn release(self, bucket: &Bucket) -> Result<(), Box<Diagnostic>> {
        bucket.remove(LOCK).await
    }
}

fn bytes(body: &Body) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
}

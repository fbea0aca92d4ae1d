//! A bucket as the few requests that publishing makes.

use super::http::Connector;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::human::printable;
use crate::output::media_type;
use crate::publish::changes::is_hashed;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, Error, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, RetryConfig,
    UpdateVersion,
};
use std::time::Duration;

/// Name of the metadata that holds a file's BLAKE3, by which a file that was written already is known.
const HASH: &str = "blake3";
/// How often a request is tried again.
const RETRIES: usize = 4;
/// Beyond this time it is not tried again.
const PATIENCE: Duration = Duration::from_secs(90);

/// A bucket, and what stands before each path in it.
#[derive(Debug)]
pub(super) struct Bucket {
    store: AmazonS3,
    name: String,
    prefix: String,
}

/// Why a write did not happen.
#[derive(Debug)]
pub(super) enum Refused {
    /// The object is not, or no longer, what was expected.
    Changed,
    /// The store says no, or nothing.
    Failed(Box<Diagnostic>),
}

impl From<Refused> for Box<Diagnostic> {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Failed(diagnostic) => diagnostic,
            Refused::Changed => Box::new(
                Diagnostic::error("publish/busy", "another publication has taken this one's place")
                    .help("one at a time may write; this one stopped, and the other goes on"),
            ),
        }
    }
}

impl Bucket {
    /// The bucket `name`. Region, endpoint and credentials come from the environment (`AWS_REGION`, `AWS_ENDPOINT`,
    /// `AWS_ACCESS_KEY_ID` and so on), as the tools of AWS read them.
    pub(super) fn open(name: &str, prefix: &str) -> Result<Self, Box<Diagnostic>> {
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: PATIENCE, ..RetryConfig::default() };
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(name)
            .with_retry(retry)
            // Not every store that speaks S3 knows it.
            .with_disable_bulk_delete(true)
            .with_http_connector(Connector)
            .build();
        let store = store.map_err(|error| {
            let message = format!(
                "the store of `{}` can't be used: {}",
                printable(name),
                printable(&error.to_string())
            );
            let help = "set AWS_REGION and, for a store that is not Amazon's, AWS_ENDPOINT";
            Box::new(Diagnostic::error("publish/store", message).help(help))
        })?;
        Ok(Self { store, name: name.to_owned(), prefix: prefix.to_owned() })
    }

    /// An object's bytes and its version, if it is there.
    pub(super) async fn read(&self, path: &str) -> Result<Option<(Vec<u8>, UpdateVersion)>, Box<Diagnostic>> {
        let fail = |error| self.failed("read", path, &error);
        match self.store.get_opts(&self.key(path)?, GetOptions::default()).await {
            Ok(found) => {
                let version =
                    UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
                Ok(Some((found.bytes().await.map_err(fail)?.to_vec(), version)))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fail(error)),
        }
    }

    /// The hash that an object was written with, if it is there.
    pub(super) async fn hash(&self, path: &str) -> Result<Option<String>, Box<Diagnostic>> {
        let head = GetOptions { head: true, ..GetOptions::default() };
        match self.store.get_opts(&self.key(path)?, head).await {
            Ok(found) => Ok(found
                .attributes
                .get(&Attribute::Metadata(HASH.into()))
                .map(|hash| hash.as_ref().to_owned())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed("read", path, &error)),
        }
    }

    /// Writes an object. `mode` says what must be there before.
    pub(super) async fn put(
        &self,
        path: &str,
        bytes: Vec<u8>,
        mode: PutMode,
    ) -> Result<UpdateVersion, Refused> {
        let mut attributes = Attributes::new();
        attributes.insert(Attribute::ContentType, media_type(path).into());
        let cached = if is_hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
        attributes.insert(Attribute::CacheControl, cached.into());
        attributes.insert(Attribute::Metadata(HASH.into()), blake3::hash(&bytes).to_hex().to_string().into());
        let key = self.key(path).map_err(Refused::Failed)?;
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        match self.store.put_opts(&key, bytes.into(), options).await {
            Ok(put) => Ok(put.into()),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Err(Refused::Changed),
            Err(error) => Err(Refused::Failed(self.failed("written", path, &error))),
        }
    }

    /// Removes an object, which need not be there.
    pub(super) async fn remove(&self, path: &str) -> Result<(), Box<Diagnostic>> {
        match self.store.delete(&self.key(path)?).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed("removed", path, &error)),
        }
    }

    fn key(&self, path: &str) -> Result<Path, Box<Diagnostic>> {
        Path::parse(format!("{}{path}", self.prefix)).map_err(|error| {
            let message = format!("`{}` can't be the name of an object: {error}", printable(path));
            Box::new(Diagnostic::error("publish/store", message).help("rename the file"))
        })
    }

    fn failed(&self, what: &str, path: &str, error: &Error) -> Box<Diagnostic> {
        // The outer errors repeat the inner ones with addresses and times; the innermost says why.
        let mut reason: &dyn std::error::Error = error;
        while let Some(inner) = reason.source() {
            reason = inner;
        }
        let reason = reason.to_string();
        let said = reason.split_once("<Message>").and_then(|(_, rest)| rest.split_once("</Message>"));
        let reason = said.map_or(reason.as_str(), |(said, _)| said).replace('\n', " ");
        let reason: String = reason.chars().take(300).collect();
        let message = format!(
            "`{}{}` in the bucket `{}` can't be {what}: {}",
            self.prefix,
            printable(path),
            self.name,
            printable(&reason)
        );
        let help = match error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                "check the credentials in the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) and what they may do"
            }
            _ => {
                "check AWS_ENDPOINT, AWS_REGION and the network; run it again and it goes on where it stopped"
            }
        };
        Box::new(Diagnostic::error("publish/store", message).help(help))
    }
}

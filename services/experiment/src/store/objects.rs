//! Large things of runs (journals, logs), beside the database: bytes first, their row after.

use bytes::Bytes;
use chaoshub_facade::experiment::RunId;
use chaoshub_kernel::Fault;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, local::LocalFileSystem, path::Path};
use std::{path::Path as FsPath, sync::Arc};

/// Which large thing of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Large<'a> {
    /// The journal with this digest: another one does not take its place.
    Journal(&'a str),
    /// What the run wrote on its standard output and error.
    Log,
}

/// Where large things are kept.
#[derive(Clone)]
pub struct Objects(Arc<dyn ObjectStore>);

impl Objects {
    /// In a folder, which is created.
    ///
    /// # Errors
    /// When the folder cannot be made, in words for the operator.
    pub fn in_folder(folder: &FsPath) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|cause| format!("cannot create {}: {cause}", folder.display()))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|cause| cause.to_string())?;
        Ok(Self(Arc::new(store)))
    }

    /// Keeps bytes, replacing what was there.
    ///
    /// # Errors
    /// `storage-unavailable`.
    pub async fn put(&self, run: RunId, large: Large<'_>, bytes: Bytes) -> Result<(), Fault> {
        self.0.put(&path(run, large), PutPayload::from_bytes(bytes)).await.map(|_| ()).map_err(unavailable)
    }

    /// The bytes; none when there never were any.
    ///
    /// # Errors
    /// `storage-unavailable`.
    pub async fn get(&self, run: RunId, large: Large<'_>) -> Result<Option<Bytes>, Fault> {
        match self.0.get(&path(run, large)).await {
            Ok(found) => found.bytes().await.map(Some).map_err(unavailable),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(cause) => Err(unavailable(cause)),
        }
    }

    /// At most `limit` bytes from one on, and the place after them; none when there are none there.
    ///
    /// # Errors
    /// `storage-unavailable`.
    pub async fn piece(&self, run: RunId, large: Large<'_>, from: u64, limit: u64) -> Result<(Bytes, u64), Fault> {
        let path = path(run, large);
        let size = match self.0.head(&path).await {
            Ok(found) => found.size,
            Err(object_store::Error::NotFound { .. }) => 0,
            Err(cause) => return Err(unavailable(cause)),
        };
        let end = from.saturating_add(limit).min(size);
        if from >= end {
            return Ok((Bytes::new(), end));
        }
        Ok((self.0.get_range(&path, from..end).await.map_err(unavailable)?, end))
    }
}

fn path(run: RunId, large: Large<'_>) -> Path {
    match large {
        Large::Journal(digest) => Path::from(format!("runs/{run}/journal-{digest}.json")),
        Large::Log => Path::from(format!("runs/{run}/output.log")),
    }
}

fn unavailable(cause: object_store::Error) -> Fault {
    tracing::error!(error = %cause, "the object store failed");
    Fault::unavailable("storage-unavailable", "the store of journals and logs does not answer")
}

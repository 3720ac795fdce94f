//! Reading what a job wrote, without being led astray: the job is arbitrary code, and we may be root.

use super::disk::plain;
use crate::{
    spawner::{OUTPUT, SpawnError},
    supervise::Folder,
};
use chaoshub_facade::launcher::FileChunk;
use rustix::{
    fs::{FileType, Mode, OFlags, fstat, open, openat},
    io::Errno,
};
use std::{
    fs::File,
    io::{self, Read},
    os::unix::fs::FileExt,
};

/// The most that one answer holds, whatever is asked for.
const CHUNK: u64 = 4 << 20;

/// A piece of an ordinary file that lies directly in the job's folder, or of what it printed.
pub(super) fn read(folder: &Folder, name: &str, from: u64, limit: u64) -> Result<FileChunk, SpawnError> {
    if !plain(name) {
        return Err(SpawnError::NotFound);
    }
    let file = if name == OUTPUT { File::open(folder.log()).map_err(missing)? } else { open_plain(folder, name)? };
    let size = file.metadata().map_err(missing)?.len();
    let wanted = limit.min(CHUNK).min(size.saturating_sub(from));
    let mut bytes = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
    At { file, offset: from }.take(wanted).read_to_end(&mut bytes).map_err(missing)?;
    Ok(FileChunk { bytes, size })
}

/// Opens an ordinary file of the job's folder: no link, no pipe or device that would hold us, and nothing that
/// belongs to somebody else, which a hard link could smuggle in.
fn open_plain(folder: &Folder, name: &str) -> Result<File, SpawnError> {
    let failed = |errno: Errno| missing(errno.into());
    let work = open(folder.work(), OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())
        .map_err(failed)?;
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(&work, name, flags, Mode::empty()).map_err(failed)?;
    let owner = fstat(&work).map_err(failed)?.st_uid;
    let stat = fstat(&file).map_err(failed)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile || stat.st_uid != owner {
        return Err(SpawnError::NotFound);
    }
    Ok(File::from(file))
}

/// What is not there, is a link (ELOOP) or a socket (ENXIO), or was shut by the job itself (EACCES), is not found; the
/// rest is the machine's trouble.
fn missing(error: io::Error) -> SpawnError {
    let given = [Errno::NOENT, Errno::LOOP, Errno::NXIO, Errno::ACCESS].map(|errno| Some(errno.raw_os_error()));
    if given.contains(&error.raw_os_error()) {
        SpawnError::NotFound
    } else {
        SpawnError::Machine("a file of the job could not be read", error)
    }
}

/// Reads a file on from an offset.
struct At {
    file: File,
    offset: u64,
}

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}

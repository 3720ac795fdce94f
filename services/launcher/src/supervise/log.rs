//! What a job prints, written down until there is too much of it.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};
use tokio::{io::AsyncReadExt, net::unix::pipe};

/// Copies `from` into a new file at `path`, at most `most` bytes and then a last line that says so. What comes after
/// is read and thrown away: a full pipe would stop the job. Ends when every writer is gone.
pub(super) async fn keep(mut from: pipe::Receiver, path: &Path, most: u64) -> io::Result<()> {
    let mut to = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    let mut left = Some(most);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        // A full disk ends the log, not the job.
        left = left.and_then(|left| write(&mut to, &buffer[..read], left, most).unwrap_or(None));
    }
}

/// Writes what still fits and answers how much more would; none once the log has been cut.
fn write(to: &mut File, bytes: &[u8], left: u64, most: u64) -> io::Result<Option<u64>> {
    let fits = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
    to.write_all(&bytes[..fits])?;
    if fits == bytes.len() {
        return Ok(Some(left - fits as u64));
    }
    writeln!(to, "\n[The log was cut here: it had reached {most} bytes. The job went on.]")?;
    Ok(None)
}

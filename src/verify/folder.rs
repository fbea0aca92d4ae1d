//! A folder against its provenance.

use super::{Found, Report, gather};
use crate::data::{hex, sha256};
use crate::output::MANIFEST;
use crate::provenance::{PATH, Statement, parse};
use rayon::prelude::*;
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

/// What stands beside a site without being part of it: the manifest, what `publish` adds to a branch, and the repository
/// of a branch that is checked out.
const BESIDE: [&str; 4] = [PATH, MANIFEST, ".nojekyll", ".git"];

/// The statement that a folder holds. What is wrong with it is told in words.
pub fn statement_of_folder(folder: &Path) -> Result<Statement, String> {
    let bytes = fs::read(folder.join(PATH)).map_err(|error| error.to_string())?;
    parse(&bytes)
}

/// Compares a folder with a statement.
pub fn folder(statement: &Statement, folder: &Path) -> io::Result<Report> {
    let found: Vec<(&str, Found)> = statement
        .subject
        .par_iter()
        .map(|subject| {
            let found = match fs::read(folder.join(&subject.name)) {
                Ok(bytes) if hex(&sha256(&bytes)) == subject.sha256() => Found::Same,
                Ok(_) => Found::Different,
                Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Missing,
                // A folder in its place.
                Err(error) if error.kind() == io::ErrorKind::IsADirectory => Found::Missing,
                Err(error) => return Err(error),
            };
            Ok((subject.name.as_str(), found))
        })
        .collect::<io::Result<_>>()?;
    let mut report = gather(found.into_iter());
    let known: HashSet<&str> = statement.subject.iter().map(|subject| subject.name.as_str()).collect();
    additional(folder, "", &known, &mut report.additional)?;
    report.additional.sort_unstable();
    Ok(report)
}

/// Gathers the files of a folder that are not known. Links are not followed: they are files of their own.
fn additional(folder: &Path, at: &str, known: &HashSet<&str>, into: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{at}{}", entry.file_name().to_string_lossy());
        if BESIDE.contains(&path.as_str()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            additional(&entry.path(), &format!("{path}/"), known, into)?;
        } else if !known.contains(path.as_str()) {
            into.push(path);
        }
    }
    Ok(())
}

use crate::SourceFile;

/// The files of one folder among those that were handed in.
#[derive(Debug, Clone)]
pub(crate) struct Folder<'a> {
    path: String,
    files: Vec<SourceFile<'a>>,
}

impl<'a> Folder<'a> {
    /// The files right in a folder.
    pub(crate) fn of(sources: &[SourceFile<'a>], path: &str) -> Folder<'a> {
        let files = sources.iter().filter(|file| file.folder() == path).copied().collect();
        Folder { path: path.to_owned(), files }
    }

    /// The folder of a published name: the one in the folder `beside`, else the one that lies
    /// highest. Of a name such as `microsoft/BiomedNLP-PubMedBERT` the last part counts.
    pub(crate) fn named(
        sources: &[SourceFile<'a>],
        beside: &str,
        name: &str,
    ) -> Option<Folder<'a>> {
        let name = last_part(name);
        let next = if beside.is_empty() { name.to_owned() } else { format!("{beside}/{name}") };
        let path = sources
            .iter()
            .map(SourceFile::folder)
            .filter(|path| path.rsplit('/').next() == Some(name))
            .min_by_key(|path| (*path != next, path.matches('/').count(), *path))?;
        Some(Folder::of(sources, path))
    }

    /// A file by its name.
    pub(crate) fn file(&self, name: &str) -> Option<SourceFile<'a>> {
        self.files.iter().find(|file| file.file_name() == name).copied()
    }

    /// Its path.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// All its files.
    pub(crate) fn files(&self) -> &[SourceFile<'a>] {
        &self.files
    }
}

/// The last part of a name with slashes.
pub(crate) fn last_part(name: &str) -> &str {
    name.trim_end_matches('/').rsplit('/').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_of_a_name() {
        let nothing = Vec::new();
        let file = |name| SourceFile { name, data: &nothing };
        let sources = [
            file("config.json"),
            file("a/b/bert/config.json"),
            file("x/bert/config.json"),
            file("x/bert/vocab.txt"),
            file("albert/config.json"),
        ];
        let named = |beside, name| Folder::named(&sources, beside, name).map(|f| f.path);
        assert_eq!(named("", "google/bert").as_deref(), Some("x/bert"));
        assert_eq!(named("a/b", "bert").as_deref(), Some("a/b/bert"));
        assert_eq!(named("", "roberta"), None);
        let folder = Folder::named(&sources, "", "bert").unwrap();
        assert_eq!(folder.file("vocab.txt").unwrap().name, "x/bert/vocab.txt");
        assert_eq!(folder.files().len(), 2);
        assert_eq!(Folder::of(&sources, "").files().len(), 1);
    }
}

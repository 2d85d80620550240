/// Why a checkpoint could not be read, or a pack not be built or opened.
///
/// Messages name the file and the tensor or field, what was found and what to do; they never
/// hold file contents beyond names and sizes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// A file that the recipe needs was not among the sources.
    #[error("{file} is missing from the source files; {hint}")]
    MissingSource {
        /// Name of the file that is needed.
        file: String,
        /// Where it is usually found.
        hint: String,
    },
    /// A source file is not what its name says, or is damaged.
    #[error("{file} cannot be read: {reason}")]
    BadSource {
        /// Name of the file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A tensor that the architecture needs is not in the checkpoint.
    #[error("tensor {tensor} is missing from the checkpoint; is it a {architecture} checkpoint?")]
    MissingTensor {
        /// Name of the tensor, as the architecture's checkpoints have it.
        tensor: String,
        /// The architecture that was expected.
        architecture: &'static str,
    },
    /// A tensor has another shape than the configuration says.
    #[error("tensor {tensor} has shape {found:?}, but {expected:?} follows from config.json")]
    TensorShape {
        /// Name of the tensor.
        tensor: String,
        /// Shape in the checkpoint.
        found: Vec<usize>,
        /// Shape that follows from the configuration.
        expected: Vec<usize>,
    },
    /// A tensor holds a value that no weight may have.
    #[error("tensor {tensor} holds a value that is not finite; the checkpoint is damaged")]
    NotFinite {
        /// Name of the tensor.
        tensor: String,
    },
    /// The checkpoint's configuration asks for something that is not supported.
    #[error("config.json: {field} is {found}; supported: {supported}")]
    UnsupportedConfig {
        /// Field of config.json.
        field: &'static str,
        /// Its value.
        found: String,
        /// What can be built.
        supported: String,
    },
    /// The graph could not be written.
    #[error("the ONNX graph cannot be laid out: {reason}")]
    Graph {
        /// What is wrong.
        reason: String,
    },
    /// Several checkpoints were handed in, and none was named.
    #[error("there are several checkpoints, name one: {}", files.join(", "))]
    SeveralCheckpoints {
        /// Their paths.
        files: Vec<String>,
    },
    /// The checkpoint is sound, but no metric uses it.
    #[error("{file} is {found}; no metric uses it")]
    NoPurpose {
        /// Name of the file.
        file: String,
        /// What it is.
        found: String,
    },
    /// Who watches the work stopped it.
    #[error("the work was cancelled")]
    Cancelled,
    /// `pack.json` is not a manifest that this version reads.
    #[error("pack.json is not a valid manifest: {reason}")]
    BadManifest {
        /// What is wrong.
        reason: String,
    },
    /// The pack was written by a newer or older builder.
    #[error(
        "this pack has format version {found}, this program reads version {supported}; \
         rebuild the pack or update the program"
    )]
    FormatVersion {
        /// Version in `pack.json`.
        found: u64,
        /// Version that this program reads.
        supported: u32,
    },
    /// A part that the manifest lists was not handed in.
    #[error("part {part} of the pack is missing; download or copy it again")]
    MissingPart {
        /// Name of the part.
        part: String,
    },
    /// A part was handed in that the manifest does not list.
    #[error("{part} does not belong to this pack")]
    UnknownPart {
        /// Name of the part.
        part: String,
    },
    /// A part is shorter or longer than the manifest says.
    #[error("part {part} has {found} bytes instead of {expected}; download or copy it again")]
    PartSize {
        /// Name of the part.
        part: String,
        /// Bytes handed in.
        found: u64,
        /// Bytes that the manifest lists.
        expected: u64,
    },
    /// A part or file differs from what was built.
    #[error("{part} is damaged: its sha256 is not the one in pack.json; download or copy it again")]
    HashMismatch {
        /// Name of the part or file.
        part: String,
    },
    /// A file that the pack's user needs is not in the pack.
    #[error("the pack {pack} has no file {file}")]
    MissingFile {
        /// Name of the pack.
        pack: String,
        /// Name of the file.
        file: String,
    },
}

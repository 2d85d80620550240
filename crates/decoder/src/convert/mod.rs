//! From a checkpoint to a pack, file by file: some rows of one tensor are in memory at a time.

mod probe;
mod quantize;
mod tensors;

use crate::model::Linear;
use crate::pack::{
    CONFIG_FILE, ConfigFile, EMBEDDING_FILE, HEAD_FILE, JudgeFile, JudgePrecision, PartSink,
    TOKENIZER_FILE, layer_file,
};
use crate::{
    Checkpoint, DecoderConfig, DecoderError, Family, JudgeManifest, JudgeTokenizer, TensorRows,
};
use probe::Probe;
use rrgscore_packs::{FileEntry, Source};
use serde::{Deserialize, Serialize};
use tensors::{Matrices, MatrixName, VectorName};

/// A conversion of a checkpoint, one file of the pack at a time. The same checkpoint gives the same
/// bytes on every machine.
///
/// While the layers are rounded, a text runs through the unrounded ones: what each matrix's inputs are
/// tells which of its weights matter most, and by how much the rounded ones' outputs are off.
pub struct Conversion<'a> {
    tensors: &'a dyn TensorRows,
    tokenizer: &'a JudgeTokenizer,
    config: DecoderConfig,
    precision: JudgePrecision,
    state: ConversionState,
}

/// How far a conversion is: all that is needed to go on with it. The files that it lists are written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConversionState {
    files: Vec<FileEntry>,
    probe: Probe,
}

/// How far a conversion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversionProgress {
    /// Files of the pack that are written.
    pub files_done: usize,
    /// All of them.
    pub files: usize,
    /// Bytes of the pack that are written.
    pub bytes_done: u64,
    /// All of them.
    pub bytes: u64,
}

impl<'a> Conversion<'a> {
    /// Begins the conversion of a checkpoint.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn of_checkpoint(
        checkpoint: &'a Checkpoint<'_>,
        tokenizer: &'a JudgeTokenizer,
        precision: JudgePrecision,
    ) -> Result<Conversion<'a>, DecoderError> {
        Conversion::new(checkpoint, checkpoint.config().clone(), tokenizer, precision)
    }

    /// Begins a conversion of tensors that lie otherwise than in a checkpoint.
    ///
    /// # Errors
    /// When the tokenizer fails.
    pub fn new(
        tensors: &'a dyn TensorRows,
        config: DecoderConfig,
        tokenizer: &'a JudgeTokenizer,
        precision: JudgePrecision,
    ) -> Result<Conversion<'a>, DecoderError> {
        let probe = match precision {
            JudgePrecision::F32 => Probe::none(),
            JudgePrecision::Int8 | JudgePrecision::Q4 => Probe::new(tokenizer, &config)?,
        };
        let state = ConversionState { files: Vec::new(), probe };
        Ok(Conversion { tensors, tokenizer, config, precision, state })
    }

    /// Goes on where a conversion of the same checkpoint stood.
    #[must_use]
    pub fn resumed(mut self, state: ConversionState) -> Conversion<'a> {
        self.state = state;
        self
    }

    /// What to keep after a file was written, so that a conversion can go on after a break.
    pub fn state(&self) -> &ConversionState {
        &self.state
    }

    /// How far it is.
    pub fn progress(&self) -> ConversionProgress {
        let layers = self.config.layers;
        let all = self.embedding_bytes() + layers * self.layer_bytes() + self.head_bytes();
        ConversionProgress {
            files_done: self.state.files.len(),
            files: layers + 4,
            bytes_done: self.state.files.iter().map(|file| file.bytes).sum(),
            bytes: all as u64 + self.tokenizer.json().len() as u64,
        }
    }

    /// Writes the next file; false when there is none left.
    ///
    /// # Errors
    /// When a tensor is missing, of another shape or not finite, or the sink fails.
    pub fn step(&mut self, sink: &mut dyn PartSink) -> Result<bool, DecoderError> {
        let layers = self.config.layers;
        let file = match self.state.files.len() {
            0 => self.config_file(sink)?,
            1 => small(sink, TOKENIZER_FILE, self.tokenizer.json())?,
            2 => self.embedding(sink)?,
            at if at < layers + 3 => self.layer(at - 3, sink)?,
            at if at == layers + 3 => self.head(sink)?,
            _ => return Ok(false),
        };
        self.state.files.push(file);
        Ok(true)
    }

    /// The manifest of the finished pack.
    ///
    /// # Errors
    /// When files are missing yet.
    pub fn finish(self, name: &str, sources: Vec<Source>) -> Result<JudgeManifest, DecoderError> {
        let ConversionProgress { files_done, files, .. } = self.progress();
        if files_done < files {
            let reason = format!("{files_done} of {files} files are written");
            return Err(DecoderError::out_of_order(reason));
        }
        let (architecture, files) = (self.config.architecture(), self.state.files);
        Ok(JudgeManifest::new(name, architecture, self.precision, sources, files))
    }

    fn config_file(&self, sink: &mut dyn PartSink) -> Result<FileEntry, DecoderError> {
        let file = ConfigFile {
            config: self.config.clone(),
            precision: self.precision,
            tokenizer: self.tokenizer.rules().clone(),
        };
        let bytes = serde_json::to_vec_pretty(&file)
            .map_err(|error| DecoderError::bad_file(CONFIG_FILE, error))?;
        small(sink, CONFIG_FILE, &bytes)
    }

    fn matrices(&self) -> Matrices<'a> {
        Matrices::new(self.tensors, self.config.architecture())
    }

    fn embedding_bytes(&self) -> usize {
        Linear::bytes(self.precision.tables(), self.config.hidden, self.config.vocabulary, false)
    }

    fn embedding(&mut self, sink: &mut dyn PartSink) -> Result<FileEntry, DecoderError> {
        let (hidden, vocabulary) = (self.config.hidden, self.config.vocabulary);
        let mut file = JudgeFile::new(sink, EMBEDDING_FILE, self.embedding_bytes());
        let name = "model.embed_tokens";
        let mut matrices = self.matrices();
        let table = MatrixName { name, inputs: hidden, outputs: vocabulary, bias: false };
        matrices.write(&mut file, &table, self.precision.tables(), false, &[])?;
        self.state.probe.embed(self.tensors, &format!("{name}.weight"), hidden)?;
        file.finish()
    }

    fn layer_bytes(&self) -> usize {
        let DecoderConfig { hidden, intermediate, .. } = self.config;
        let (query, kv) = (self.config.query_width(), self.config.kv_width());
        let bias = crate::model::has_bias(&self.config, self.precision);
        let linear =
            |inputs, outputs| Linear::bytes(self.precision.layers(), inputs, outputs, bias);
        let attention = linear(hidden, query) + 2 * linear(hidden, kv) + linear(query, hidden);
        let up = linear(hidden, intermediate);
        let feed = linear(intermediate, hidden) + if self.is_phi() { up } else { 2 * up };
        // Phi has a gain and a bias, the others have two gains.
        attention + feed + 2 * 4 * hidden
    }

    fn is_phi(&self) -> bool {
        self.config.family == Family::Phi
    }

    fn layer(&mut self, layer: usize, sink: &mut dyn PartSink) -> Result<FileEntry, DecoderError> {
        let mut file = JudgeFile::new(sink, &layer_file(layer), self.layer_bytes());
        let mut matrices = self.matrices();
        let config = &self.config;
        let DecoderConfig { hidden, intermediate, epsilon, .. } = *config;
        let (query, kv) = (config.query_width(), config.kv_width());
        let phi = config.family == Family::Phi;
        let bits = self.precision.layers();
        let probe = &mut self.state.probe;
        let prefix = format!("model.layers.{layer}");
        let mut linear = |file: &mut JudgeFile<'_>, name: &str, inputs, outputs, x: &[f32]| {
            let name = format!("{prefix}.{name}");
            let name = MatrixName { name: &name, inputs, outputs, bias: phi };
            matrices.write(file, &name, bits, phi || bits.is_some(), x)
        };
        let vectors = self.tensors;
        let norm = |file: &mut JudgeFile<'_>, name: &str| {
            let name = format!("{prefix}.{name}");
            let gain = VectorName { name: format!("{name}.weight"), length: hidden };
            let gain = gain.write(vectors, config.architecture(), file)?;
            let bias = VectorName { name: format!("{name}.bias"), length: hidden };
            let bias = phi.then(|| bias.write(vectors, config.architecture(), file)).transpose()?;
            Ok::<_, DecoderError>((gain, bias, epsilon))
        };
        let first = norm(&mut file, "input_layernorm")?;
        let normed = probe.normed(&first)?;
        let q = linear(&mut file, "self_attn.q_proj", hidden, query, &normed)?;
        let k = linear(&mut file, "self_attn.k_proj", hidden, kv, &normed)?;
        let v = linear(&mut file, "self_attn.v_proj", hidden, kv, &normed)?;
        let context = probe.attention(config, q, k, &v)?;
        let output = if phi { "self_attn.dense" } else { "self_attn.o_proj" };
        let attention = linear(&mut file, output, query, hidden, &context)?;
        if phi {
            let mut wide = linear(&mut file, "mlp.fc1", hidden, intermediate, &normed)?;
            probe.gelu(&mut wide);
            let feed = linear(&mut file, "mlp.fc2", intermediate, hidden, &wide)?;
            probe.add(&attention);
            probe.add(&feed);
        } else {
            probe.add(&attention);
            let second = norm(&mut file, "post_attention_layernorm")?;
            let normed = probe.normed(&second)?;
            let mut wide = linear(&mut file, "mlp.gate_proj", hidden, intermediate, &normed)?;
            let up = linear(&mut file, "mlp.up_proj", hidden, intermediate, &normed)?;
            probe.silu_product(&mut wide, &up)?;
            let feed = linear(&mut file, "mlp.down_proj", intermediate, hidden, &wide)?;
            probe.add(&feed);
        }
        file.finish()
    }

    /// Whether the head has a bias in the pack.
    fn head_bias(&self) -> bool {
        self.is_phi() || !self.config.tied && self.precision.tables().is_some()
    }

    fn head_bytes(&self) -> usize {
        let DecoderConfig { hidden, vocabulary, .. } = self.config;
        let norm = if self.is_phi() { 8 * hidden } else { 4 * hidden };
        let bias = if self.head_bias() { 4 * vocabulary } else { 0 };
        let matrix = Linear::bytes(self.precision.tables(), hidden, vocabulary, false);
        norm + bias + if self.config.tied { 0 } else { matrix }
    }

    fn head(&mut self, sink: &mut dyn PartSink) -> Result<FileEntry, DecoderError> {
        let mut file = JudgeFile::new(sink, HEAD_FILE, self.head_bytes());
        let config = &self.config;
        let (hidden, phi) = (config.hidden, config.family == Family::Phi);
        let architecture = config.architecture();
        let name = if phi { "model.final_layernorm" } else { "model.norm" };
        let gain = VectorName { name: format!("{name}.weight"), length: hidden };
        let gain = gain.write(self.tensors, architecture, &mut file)?;
        let bias = VectorName { name: format!("{name}.bias"), length: hidden };
        let bias = phi.then(|| bias.write(self.tensors, architecture, &mut file)).transpose()?;
        if config.tied {
            if phi {
                let bias =
                    VectorName { name: "lm_head.bias".to_owned(), length: config.vocabulary };
                bias.write(self.tensors, architecture, &mut file)?;
            }
            return file.finish();
        }
        let normed = self.state.probe.normed(&(gain, bias, config.epsilon))?;
        let head =
            MatrixName { name: "lm_head", inputs: hidden, outputs: config.vocabulary, bias: phi };
        let (bits, bias) = (self.precision.tables(), self.head_bias());
        self.matrices().write(&mut file, &head, bits, bias, &normed)?;
        file.finish()
    }
}

fn small(sink: &mut dyn PartSink, name: &str, bytes: &[u8]) -> Result<FileEntry, DecoderError> {
    let mut file = JudgeFile::new(sink, name, bytes.len());
    file.push(bytes)?;
    file.finish()
}

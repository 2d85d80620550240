//! RadCliQ: a linear combination of four metrics, fitted to radiologists' error counts.
//!
//! Lower is better. Sources: Yu et al. 2023 (RadCliQ); rajpurkarlab/CXR-Report-Metric, the scaler
//! and models in `CXRMetric/*.pkl` as `run_eval.py`, `CompositeMetric` and `calc_metric` use them.

use serde::{Deserialize, Serialize};

/// The four metrics that RadCliQ combines, of one study.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Components {
    /// RadGraph F1, the mean of entity and relation F1 ([`crate::radgraph::f1`]).
    pub radgraph_combined: f64,
    /// BERTScore F1 of distilroberta-base, rescaled ([`crate::bertscore`]).
    pub bertscore: f64,
    /// SembScore ([`crate::semb`]).
    pub semb_score: f64,
    /// BLEU-2 ([`crate::bleu`]).
    pub bleu_score: f64,
}

/// Official column names of the components, in their order.
pub const COMPONENT_NAMES: [&str; 4] =
    ["radgraph_combined", "bertscore", "semb_score", "bleu_score"];

impl Components {
    /// The values in the order of [`COMPONENT_NAMES`].
    pub fn values(&self) -> [f64; 4] {
        [self.radgraph_combined, self.bertscore, self.semb_score, self.bleu_score]
    }
}

/// The two published fits, and a rounded copy of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RadcliqVersion {
    /// `RadCliQ-v0`: 200 report pairs; more BLEU makes it worse, a quirk of the fit.
    V0,
    /// `RadCliQ-v1`: 160 report pairs; BLEU has practically no weight.
    V1,
    /// `RadCliQ-v1` with its constants rounded to eight digits, as RadEval 2.2.1 has them in
    /// `metrics/RadCliQv1/radcliq.py`.
    V1Radeval,
}

/// What one component adds to a RadCliQ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RadcliqPart {
    /// The component's value.
    pub value: f64,
    /// The value standardised by the fit's mean and scale.
    pub standardised: f64,
    /// Coefficient times standardised value: the summand of the score.
    pub contribution: f64,
}

/// RadCliQ of one study and its summands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RadCliQ {
    /// The intercept plus all contributions. Can be negative for near-perfect reports, which is
    /// why 1/RadCliQ is only taken of a data set's mean.
    pub score: f64,
    /// Contributions in the order of [`COMPONENT_NAMES`].
    pub parts: [RadcliqPart; 4],
    /// The constant summand.
    pub intercept: f64,
}

/// A component that is not a finite number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("RadCliQ: the component {component} is not a finite number")]
pub struct NotFinite {
    /// Name of the component.
    pub component: &'static str,
}

/// Combines the four metrics of one study.
///
/// # Errors
///
/// [`NotFinite`] names the first component that is NaN or infinite.
pub fn radcliq(components: &Components, version: RadcliqVersion) -> Result<RadCliQ, NotFinite> {
    let values = components.values();
    for (component, value) in COMPONENT_NAMES.into_iter().zip(values) {
        if !value.is_finite() {
            return Err(NotFinite { component });
        }
    }
    let Fit { mean, scale, coefficient, intercept } = version.fit();
    let parts = [0, 1, 2, 3].map(|i| {
        let standardised = (values[i] - mean[i]) / scale[i];
        RadcliqPart { value: values[i], standardised, contribution: coefficient[i] * standardised }
    });
    let score = parts.iter().map(|part| part.contribution).sum::<f64>() + intercept;
    Ok(RadCliQ { score, parts, intercept: *intercept })
}

/// A standard scaler and a linear regression.
struct Fit {
    mean: [f64; 4],
    scale: [f64; 4],
    coefficient: [f64; 4],
    intercept: f64,
}

impl RadcliqVersion {
    /// The column name; official for the official fits.
    pub fn name(self) -> &'static str {
        match self {
            Self::V0 => "RadCliQ-v0",
            Self::V1 => "RadCliQ-v1",
            Self::V1Radeval => "RadCliQ-v1-radeval",
        }
    }

    fn fit(self) -> &'static Fit {
        match self {
            Self::V0 => &V0,
            Self::V1 => &V1,
            Self::V1Radeval => &V1_RADEVAL,
        }
    }
}

/// `normalizer.pkl` and `composite_metric_model.pkl`.
const V0: Fit = Fit {
    mean: [0.5398376019082272, 0.6312549595000001, 0.7716797866672277, 0.4607372064809605],
    scale: [0.3018344440559102, 0.22466950746141123, 0.24750333805236252, 0.30336670936092264],
    coefficient: [
        -0.4796252644863446,
        -0.6762170542369337,
        -0.46366575161751994,
        0.2165861905287535,
    ],
    intercept: 1.641666666666666,
};

/// `radcliq-v1.pkl`.
const V1: Fit = Fit {
    mean: [0.5379231241355762, 0.6175725628125001, 0.7647942121140658, 0.44738335396242174],
    scale: [0.3028258411486429, 0.22430938459304575, 0.2539439110169773, 0.2989271671041838],
    coefficient: [
        -0.37708368261038905,
        -0.37030009974480316,
        -0.25261621789593225,
        4.315048405024756e-12,
    ],
    intercept: 2.466552561323256e-10,
};

/// RadEval's rounded copy of [`V1`].
const V1_RADEVAL: Fit = Fit {
    mean: [0.53792312, 0.61757256, 0.76479421, 0.44738335],
    scale: [0.30282584, 0.22430938, 0.25394391, 0.29892717],
    coefficient: [-3.77083683e-01, -3.70300100e-01, -2.52616218e-01, 4.31504841e-12],
    intercept: 2.46655256e-10,
};

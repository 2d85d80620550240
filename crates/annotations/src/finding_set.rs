//! The lists of findings that SRR-BERT and RadBERT-CT answer yes or no to.
//!
//! Sources: RadEval 2.2.1, `metrics/SRRBert` (the mappings) and `metrics/f1Radbert_ct`.

use serde::{Deserialize, Serialize};

use crate::Purpose;

/// A list of findings, each of which a report has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum FindingSet {
    /// SRR-BERT's 54 leaves as present, uncertain and absent, and No Finding: 163.
    SrrLeavesWithStatuses,
    /// SRR-BERT's leaves and No Finding: 55.
    SrrLeaves,
    /// SRR-BERT's 24 upper findings as present, uncertain and absent, and No Finding: 73.
    SrrUpperWithStatuses,
    /// SRR-BERT's upper findings and No Finding: 25.
    SrrUpper,
    /// RadBERT-CT's 18 findings, and a nineteenth for none of them.
    RadbertCt,
}

impl FindingSet {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::SrrLeavesWithStatuses,
        Self::SrrLeaves,
        Self::SrrUpperWithStatuses,
        Self::SrrUpper,
        Self::RadbertCt,
    ];

    /// The pack that holds the model.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::SrrLeavesWithStatuses => Purpose::SrrBert,
            Self::SrrLeaves => Purpose::SrrBertLeaves,
            Self::SrrUpperWithStatuses => Purpose::SrrBertUpperWithStatuses,
            Self::SrrUpper => Purpose::SrrBertUpper,
            Self::RadbertCt => Purpose::RadbertCt,
        }
    }

    /// The set whose model a pack of this purpose holds, if it holds one.
    pub fn of(purpose: Purpose) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.purpose() == purpose)
    }

    /// The names that the model has outputs for, in their order.
    pub fn outputs(self) -> Vec<String> {
        let with_statuses = |names: &[&str]| {
            let found = names.iter().filter(|name| **name != NO_FINDING);
            let mut all: Vec<String> = ["Present", "Uncertain", "Absent"]
                .into_iter()
                .flat_map(|status| found.clone().map(move |name| format!("{name} ({status})")))
                .collect();
            all.push(NO_FINDING.to_owned());
            all
        };
        let plain = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        match self {
            Self::SrrLeavesWithStatuses => with_statuses(&SRR_LEAVES),
            Self::SrrLeaves => plain(&SRR_LEAVES),
            Self::SrrUpperWithStatuses => with_statuses(&SRR_UPPER),
            Self::SrrUpper => plain(&SRR_UPPER),
            Self::RadbertCt => plain(&RADBERT_CT),
        }
    }

    /// The names that figures are over: the outputs, and for RadBERT-CT one that stands for none
    /// of them.
    pub fn names(self) -> Vec<String> {
        let mut names = self.outputs();
        if self == Self::RadbertCt {
            names.push("No finding".to_owned());
        }
        names
    }

    /// Which of [`names`](Self::names) a report has whose model gave these logits: those above 0,
    /// by their positions, ascending.
    pub fn positive(self, logits: &[f32]) -> Vec<u16> {
        let mut positive: Vec<u16> =
            (0u16..).zip(logits).filter(|(_, logit)| **logit > 0.0).map(|(at, _)| at).collect();
        if self == Self::RadbertCt && positive.is_empty() {
            positive.push(RADBERT_CT.len() as u16);
        }
        positive
    }
}

const NO_FINDING: &str = "No Finding";

const SRR_LEAVES: [&str; 55] = [
    "No Finding",
    "Lung Lesion",
    "Edema",
    "Pneumonia",
    "Atelectasis",
    "Aspiration",
    "Lung collapse",
    "Perihilar airspace opacity",
    "Air space opacity\u{2013}multifocal",
    "Mass/Solitary lung mass",
    "Nodule/Solitary lung nodule",
    "Cavitating mass with content",
    "Cavitating masses",
    "Emphysema",
    "Fibrosis",
    "Pulmonary congestion",
    "Hilar lymphadenopathy",
    "Bronchiectasis",
    "Simple pneumothorax",
    "Loculated pneumothorax",
    "Tension pneumothorax",
    "Simple pleural effusion",
    "Loculated pleural effusion",
    "Pleural scarring",
    "Hydropneumothorax",
    "Pleural Other",
    "Cardiomegaly",
    "Pericardial effusion",
    "Inferior mediastinal mass",
    "Superior mediastinal mass",
    "Tortuous Aorta",
    "Calcification of the Aorta",
    "Enlarged pulmonary artery",
    "Hernia",
    "Pneumomediastinum",
    "Tracheal deviation",
    "Acute humerus fracture",
    "Acute rib fracture",
    "Acute clavicle fracture",
    "Acute scapula fracture",
    "Compression fracture",
    "Shoulder dislocation",
    "Subcutaneous Emphysema",
    "Suboptimal central line",
    "Suboptimal endotracheal tube",
    "Suboptimal nasogastric tube",
    "Suboptimal pulmonary arterial catheter",
    "Pleural tube",
    "PICC line",
    "Port catheter",
    "Pacemaker",
    "Implantable defibrillator",
    "LVAD",
    "Intraaortic balloon pump",
    "Pneumoperitoneum",
];

const SRR_UPPER: [&str; 25] = [
    "Pleural Effusion",
    "Upper abdominal finding",
    "Widened cardiac silhouette",
    "Lung Finding",
    "No Finding",
    "Widened aortic contour",
    "Pleural Thickening",
    "Vascular finding",
    "Consolidation",
    "Pneumothorax",
    "Subdiaphragmatic gas",
    "Masslike opacity",
    "Chest wall finding",
    "Focal air space opacity",
    "Segmental collapse",
    "Fracture",
    "Mediastinal mass",
    "Solitary masslike opacity",
    "Support Devices",
    "Mediastinal finding",
    "Pleural finding",
    "Air space opacity",
    "Diffuse air space opacity",
    "Multiple masslike opacities",
    "Musculoskeletal finding",
];

const RADBERT_CT: [&str; 18] = [
    "Medical material",
    "Arterial wall calcification",
    "Cardiomegaly",
    "Pericardial effusion",
    "Coronary artery wall calcification",
    "Hiatal hernia",
    "Lymphadenopathy",
    "Emphysema",
    "Atelectasis",
    "Lung nodule",
    "Lung opacity",
    "Pulmonary fibrotic sequela",
    "Pleural effusion",
    "Mosaic attenuation pattern",
    "Peribronchial thickening",
    "Consolidation",
    "Bronchiectasis",
    "Interlobular septal thickening",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of outputs are those of the published checkpoints; statuses stand in blocks.
    #[test]
    fn sets_have_the_published_sizes() {
        let sizes = FindingSet::ALL.map(|set| (set.outputs().len(), set.names().len()));
        assert_eq!(sizes, [(163, 163), (55, 55), (73, 73), (25, 25), (18, 19)]);
        let leaves = FindingSet::SrrLeavesWithStatuses.names();
        assert_eq!(leaves[0], "Lung Lesion (Present)");
        assert_eq!(leaves[54], "Lung Lesion (Uncertain)");
        assert_eq!(leaves[161], "Pneumoperitoneum (Absent)");
        assert_eq!(leaves[162], "No Finding");
    }

    #[test]
    fn none_of_the_findings_is_a_finding_of_radbert_ct() {
        let mut logits = [-1.0; 18];
        assert_eq!(FindingSet::RadbertCt.positive(&logits), [18]);
        logits[3] = 0.1;
        assert_eq!(FindingSet::RadbertCt.positive(&logits), [3]);
        assert_eq!(FindingSet::SrrUpper.positive(&[0.0, -0.5]), []);
    }
}

//! The texts on which a pack is measured. Invented; the measurement in a pack is of these.

/// Radiology-like texts of 1 to about 60 words.
pub(crate) const PROBES: [&str; 16] = [
    "Normal.",
    "No acute cardiopulmonary process.",
    "The heart is normal in size.",
    "Small left pleural effusion, new since the prior study.",
    "There is no pneumothorax or focal consolidation.",
    "Mild pulmonary edema with bilateral pleural effusions, right larger than left.",
    "A 7 mm nodule in the right upper lobe is unchanged and likely a granuloma.",
    "Possible early pneumonia in the left lower lobe; clinical correlation is advised.",
    "The endotracheal tube ends 4.2 cm above the carina. The feeding tube passes below the \
     diaphragm, its tip is not seen.",
    "Lung volumes are low. Streaky opacities at both bases most likely represent atelectasis. \
     No effusion is identified.",
    "Moderate cardiomegaly persists. The mediastinal contours are widened but stable, which may \
     be due to a tortuous aorta and supine technique.",
    "IMPRESSION: 1. Interval removal of the right chest tube, no residual pneumothorax. 2. \
     Improved aeration of the left base. 3. Healing fractures of the sixth and seventh ribs.",
    "Hyperinflated lungs with flattened hemidiaphragms, consistent with emphysema. Scarring at \
     the apices. No suspicious mass, no free air beneath the diaphragm, and no acute osseous \
     abnormality.",
    "Sternotomy wires are intact and aligned. A dual-lead pacemaker projects over the left chest \
     with leads in the right atrium and ventricle. There is vascular congestion without overt \
     edema. A trace effusion on the right cannot be excluded.",
    "Compared with the radiograph of yesterday, the dense opacity in the right middle lobe has \
     nearly resolved (from about 5.5 to 1.5 cm), whereas patchy retrocardiac opacities have \
     increased; aspiration is suspected. The right internal jugular line ends in the superior \
     vena cava, unchanged.",
    "FINDINGS: Frontal and lateral views of the chest. The cardiac silhouette is at the upper \
     limit of normal. The hila are prominent, suggestive of pulmonary arterial hypertension, \
     without definite lymphadenopathy. Calcified granulomas are scattered in both lungs. There \
     is blunting of the left costophrenic angle, chronic. Degenerative changes of the thoracic \
     spine are moderate, with a mild wedge deformity of T9 that is probably old.",
];

//! The pairs; all invented.

use super::{Relation, SelfTestPair};

/// The twenty pairs, four of each relation.
pub fn pairs() -> &'static [SelfTestPair] {
    &PAIRS
}

const PAIRS: [SelfTestPair; 20] = [
    SelfTestPair {
        id: "selftest-01-identical",
        reference: "The lungs are clear. There is no pleural effusion or pneumothorax. The heart \
                    is of normal size. No acute fracture is seen.",
        candidate: "The lungs are clear. There is no pleural effusion or pneumothorax. The heart \
                    is of normal size. No acute fracture is seen.",
        relation: Relation::Identical,
        line: None,
    },
    SelfTestPair {
        id: "selftest-02-identical",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        relation: Relation::Identical,
        line: None,
    },
    SelfTestPair {
        id: "selftest-03-identical",
        reference: "A 2 cm nodule lies in the left upper lobe. The remaining lungs are clear. No \
                    pleural effusion. The mediastinum is unremarkable.",
        candidate: "A 2 cm nodule lies in the left upper lobe. The remaining lungs are clear. No \
                    pleural effusion. The mediastinum is unremarkable.",
        relation: Relation::Identical,
        line: None,
    },
    SelfTestPair {
        id: "selftest-04-identical",
        reference: "Consolidation of the right lower lobe suggests pneumonia. No pleural effusion. \
                    The heart size is normal. A left chest port ends in the superior vena cava.",
        candidate: "Consolidation of the right lower lobe suggests pneumonia. No pleural effusion. \
                    The heart size is normal. A left chest port ends in the superior vena cava.",
        relation: Relation::Identical,
        line: None,
    },
    SelfTestPair {
        id: "selftest-05-dropped",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "The left lung is clear. The heart is mildly enlarged. No pneumothorax.",
        relation: Relation::FindingDropped,
        line: None,
    },
    SelfTestPair {
        id: "selftest-06-dropped",
        reference: "A 2 cm nodule lies in the left upper lobe. The remaining lungs are clear. No \
                    pleural effusion. The mediastinum is unremarkable.",
        candidate: "The remaining lungs are clear. No pleural effusion. The mediastinum is \
                    unremarkable.",
        relation: Relation::FindingDropped,
        line: None,
    },
    SelfTestPair {
        id: "selftest-07-dropped",
        reference: "Consolidation of the right lower lobe suggests pneumonia. No pleural effusion. \
                    The heart size is normal. A left chest port ends in the superior vena cava.",
        candidate: "No pleural effusion. The heart size is normal. A left chest port ends in the \
                    superior vena cava.",
        relation: Relation::FindingDropped,
        line: None,
    },
    SelfTestPair {
        id: "selftest-08-dropped",
        reference: "There is a moderate left pneumothorax. The right lung is clear. The heart is \
                    of normal size. No displaced rib fracture.",
        candidate: "The right lung is clear. The heart is of normal size. No displaced rib \
                    fracture.",
        relation: Relation::FindingDropped,
        line: None,
    },
    SelfTestPair {
        id: "selftest-09-negated",
        reference: "The lungs are clear. There is no pleural effusion or pneumothorax. The heart \
                    is of normal size. No acute fracture is seen.",
        candidate: "The lungs are not clear, with consolidation at both bases. There is no pleural \
                    effusion or pneumothorax. The heart is of normal size. No acute fracture is \
                    seen.",
        relation: Relation::NegationFlipped,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-10-negated",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. There is a pneumothorax.",
        relation: Relation::NegationFlipped,
        line: Some(3),
    },
    SelfTestPair {
        id: "selftest-11-negated",
        reference: "Consolidation of the right lower lobe suggests pneumonia. No pleural effusion. \
                    The heart size is normal. A left chest port ends in the superior vena cava.",
        candidate: "No consolidation of the right lower lobe; no sign of pneumonia. No pleural \
                    effusion. The heart size is normal. A left chest port ends in the superior \
                    vena cava.",
        relation: Relation::NegationFlipped,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-12-negated",
        reference: "No free air below the diaphragm. The lungs are well expanded. The heart is of \
                    normal size.",
        candidate: "There is free air below the diaphragm. The lungs are well expanded. The heart \
                    is of normal size.",
        relation: Relation::NegationFlipped,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-13-side",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a small left pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        relation: Relation::SideSwapped,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-14-side",
        reference: "A 2 cm nodule lies in the left upper lobe. The remaining lungs are clear. No \
                    pleural effusion. The mediastinum is unremarkable.",
        candidate: "A 2 cm nodule lies in the right upper lobe. The remaining lungs are clear. No \
                    pleural effusion. The mediastinum is unremarkable.",
        relation: Relation::SideSwapped,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-15-side",
        reference: "Consolidation of the right lower lobe suggests pneumonia. No pleural effusion. \
                    The heart size is normal. A left chest port ends in the superior vena cava.",
        candidate: "Consolidation of the left lower lobe suggests pneumonia. No pleural effusion. \
                    The heart size is normal. A left chest port ends in the superior vena cava.",
        relation: Relation::SideSwapped,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-16-side",
        reference: "There is a moderate left pneumothorax. The heart is of normal size. No \
                    displaced rib fracture.",
        candidate: "There is a moderate right pneumothorax. The heart is of normal size. No \
                    displaced rib fracture.",
        relation: Relation::SideSwapped,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-17-severity",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a very large right pleural effusion. The left lung is clear. The \
                    heart is mildly enlarged. No pneumothorax.",
        relation: Relation::SeverityRaised,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-18-severity",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    massively enlarged. No pneumothorax.",
        relation: Relation::SeverityRaised,
        line: Some(2),
    },
    SelfTestPair {
        id: "selftest-19-severity",
        reference: "Mild pulmonary edema. No pleural effusion. The endotracheal tube ends above \
                    the carina.",
        candidate: "Severe pulmonary edema. No pleural effusion. The endotracheal tube ends above \
                    the carina.",
        relation: Relation::SeverityRaised,
        line: Some(0),
    },
    SelfTestPair {
        id: "selftest-20-severity",
        reference: "There is a tiny left apical pneumothorax. The lungs are otherwise clear. The \
                    heart is of normal size.",
        candidate: "There is a huge left tension pneumothorax. The lungs are otherwise clear. The \
                    heart is of normal size.",
        relation: Relation::SeverityRaised,
        line: Some(0),
    },
];

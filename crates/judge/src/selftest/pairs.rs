//! The pairs; all invented.

use super::{Alteration, SelfTestPair};

/// The twenty pairs, four of each relation. Changed lines are spread evenly over the reports, so
/// that a judge that always points to the same line is found out.
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
        relation: Alteration::Identical,
        line: None,
        category: None,
    },
    SelfTestPair {
        id: "selftest-02-identical",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        relation: Alteration::Identical,
        line: None,
        category: None,
    },
    SelfTestPair {
        id: "selftest-03-identical",
        reference: "The mediastinum is unremarkable. A 2 cm nodule lies in the left upper lobe. \
                    The remaining lungs are clear. No pleural effusion.",
        candidate: "The mediastinum is unremarkable. A 2 cm nodule lies in the left upper lobe. \
                    The remaining lungs are clear. No pleural effusion.",
        relation: Alteration::Identical,
        line: None,
        category: None,
    },
    SelfTestPair {
        id: "selftest-04-identical",
        reference: "A left chest port ends in the superior vena cava. No pleural effusion. \
                    Consolidation of the right lower lobe suggests pneumonia. The heart size is \
                    normal.",
        candidate: "A left chest port ends in the superior vena cava. No pleural effusion. \
                    Consolidation of the right lower lobe suggests pneumonia. The heart size is \
                    normal.",
        relation: Alteration::Identical,
        line: None,
        category: None,
    },
    SelfTestPair {
        id: "selftest-05-dropped",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "The left lung is clear. The heart is mildly enlarged. No pneumothorax.",
        relation: Alteration::FindingDropped,
        line: None,
        category: Some(1),
    },
    SelfTestPair {
        id: "selftest-06-dropped",
        reference: "The mediastinum is unremarkable. A 2 cm nodule lies in the left upper lobe. \
                    The remaining lungs are clear. No pleural effusion.",
        candidate: "The mediastinum is unremarkable. The remaining lungs are clear. No pleural \
                    effusion.",
        relation: Alteration::FindingDropped,
        line: None,
        category: Some(1),
    },
    SelfTestPair {
        id: "selftest-07-dropped",
        reference: "A left chest port ends in the superior vena cava. No pleural effusion. \
                    Consolidation of the right lower lobe suggests pneumonia. The heart size is \
                    normal.",
        candidate: "A left chest port ends in the superior vena cava. No pleural effusion. The \
                    heart size is normal.",
        relation: Alteration::FindingDropped,
        line: None,
        category: Some(1),
    },
    SelfTestPair {
        id: "selftest-08-dropped",
        reference: "The right lung is clear. The heart is of normal size. No displaced rib \
                    fracture. There is a moderate left pneumothorax.",
        candidate: "The right lung is clear. The heart is of normal size. No displaced rib \
                    fracture.",
        relation: Alteration::FindingDropped,
        line: None,
        category: Some(1),
    },
    SelfTestPair {
        id: "selftest-09-negated",
        reference: "No free air below the diaphragm. The lungs are well expanded. The heart is of \
                    normal size. No acute fracture is seen.",
        candidate: "There is free air below the diaphragm. The lungs are well expanded. The heart \
                    is of normal size. No acute fracture is seen.",
        relation: Alteration::NegationFlipped,
        line: Some(0),
        category: Some(0),
    },
    SelfTestPair {
        id: "selftest-10-negated",
        reference: "The mediastinum is unremarkable. A 2 cm nodule lies in the left upper lobe. \
                    The remaining lungs are clear. No pleural effusion.",
        candidate: "The mediastinum is unremarkable. No nodule lies in the left upper lobe. The \
                    remaining lungs are clear. No pleural effusion.",
        relation: Alteration::NegationFlipped,
        line: Some(1),
        category: Some(1),
    },
    SelfTestPair {
        id: "selftest-11-negated",
        reference: "A left chest port ends in the superior vena cava. No pleural effusion. \
                    Consolidation of the right lower lobe suggests pneumonia. The heart size is \
                    normal.",
        candidate: "A left chest port ends in the superior vena cava. No pleural effusion. No \
                    consolidation of the right lower lobe; no sign of pneumonia. The heart size is \
                    normal.",
        relation: Alteration::NegationFlipped,
        line: Some(2),
        category: Some(1),
    },
    SelfTestPair {
        id: "selftest-12-negated",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. There is a pneumothorax.",
        relation: Alteration::NegationFlipped,
        line: Some(3),
        category: Some(0),
    },
    SelfTestPair {
        id: "selftest-13-side",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a small left pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        relation: Alteration::SideSwapped,
        line: Some(0),
        category: Some(2),
    },
    SelfTestPair {
        id: "selftest-14-side",
        reference: "The mediastinum is unremarkable. A 2 cm nodule lies in the left upper lobe. \
                    The remaining lungs are clear. No pleural effusion.",
        candidate: "The mediastinum is unremarkable. A 2 cm nodule lies in the right upper lobe. \
                    The remaining lungs are clear. No pleural effusion.",
        relation: Alteration::SideSwapped,
        line: Some(1),
        category: Some(2),
    },
    SelfTestPair {
        id: "selftest-15-side",
        reference: "A left chest port ends in the superior vena cava. No pleural effusion. \
                    Consolidation of the right lower lobe suggests pneumonia. The heart size is \
                    normal.",
        candidate: "A left chest port ends in the superior vena cava. No pleural effusion. \
                    Consolidation of the left lower lobe suggests pneumonia. The heart size is \
                    normal.",
        relation: Alteration::SideSwapped,
        line: Some(2),
        category: Some(2),
    },
    SelfTestPair {
        id: "selftest-16-side",
        reference: "The right lung is clear. The heart is of normal size. No displaced rib \
                    fracture. There is a moderate left pneumothorax.",
        candidate: "The right lung is clear. The heart is of normal size. No displaced rib \
                    fracture. There is a moderate right pneumothorax.",
        relation: Alteration::SideSwapped,
        line: Some(3),
        category: Some(2),
    },
    SelfTestPair {
        id: "selftest-17-severity",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a very large right pleural effusion. The left lung is clear. The \
                    heart is mildly enlarged. No pneumothorax.",
        relation: Alteration::SeverityRaised,
        line: Some(0),
        category: Some(3),
    },
    SelfTestPair {
        id: "selftest-18-severity",
        reference: "The lungs are otherwise clear. There is a tiny left apical pneumothorax. The \
                    heart is of normal size. No acute fracture is seen.",
        candidate: "The lungs are otherwise clear. There is a huge left tension pneumothorax. The \
                    heart is of normal size. No acute fracture is seen.",
        relation: Alteration::SeverityRaised,
        line: Some(1),
        category: Some(3),
    },
    SelfTestPair {
        id: "selftest-19-severity",
        reference: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    mildly enlarged. No pneumothorax.",
        candidate: "There is a small right pleural effusion. The left lung is clear. The heart is \
                    massively enlarged. No pneumothorax.",
        relation: Alteration::SeverityRaised,
        line: Some(2),
        category: Some(3),
    },
    SelfTestPair {
        id: "selftest-20-severity",
        reference: "The endotracheal tube ends above the carina. No pleural effusion. The heart is \
                    not enlarged. There is mild pulmonary edema.",
        candidate: "The endotracheal tube ends above the carina. No pleural effusion. The heart is \
                    not enlarged. There is severe pulmonary edema.",
        relation: Alteration::SeverityRaised,
        line: Some(3),
        category: Some(3),
    },
];

//! The named versions of RaTEScore's weights.

use serde::{Deserialize, Serialize};

use super::EntityType;

/// Which weights the official package used by default; its version numbers do not tell them apart.
///
/// Source: RaTEScore `scorer.py`, `DEFAULT_MATRIX_LONG` and `DEFAULT_MATRIX_SHORT`, and the
/// history of the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RatescoreVersion {
    /// The long matrix with the factor 0.3612 for contradictions, from 2024-06 to 2025-05: the
    /// weights behind ReXrank's published column.
    #[serde(rename = "2024-10")]
    October2024,
    /// The long matrix with the factor that belongs to it, the default since 2025-05.
    #[serde(rename = "2025-05-long")]
    May2025Long,
    /// The short matrix, an option since 2025-05.
    #[serde(rename = "2025-05-short")]
    May2025Short,
}

impl RatescoreVersion {
    /// All versions.
    pub const ALL: [Self; 3] = [Self::October2024, Self::May2025Long, Self::May2025Short];

    /// The version's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::October2024 => "2024-10",
            Self::May2025Long => "2025-05-long",
            Self::May2025Short => "2025-05-short",
        }
    }

    /// Factor for a match between types that contradict each other.
    pub fn negation_weight(self) -> f64 {
        match self {
            Self::October2024 => 0.3612,
            Self::May2025Long => 0.8716553966489615,
            Self::May2025Short => 0.3611577852354489,
        }
    }

    /// Weight of an entity of type `from` that was matched to one of type `to`.
    pub fn affinity(self, from: EntityType, to: EntityType) -> f64 {
        let matrix = match self {
            Self::October2024 | Self::May2025Long => &LONG,
            Self::May2025Short => &SHORT,
        };
        matrix[from as usize][to as usize]
    }
}

/// Rows and columns in the order of [`EntityType::ALL`].
type Matrix = [[f64; 5]; 5];

const LONG: Matrix = [
    [
        0.4276119164393705,
        0.6240929990607657,
        0.0034478181112993847,
        0.5431049700217344,
        0.27005425386213877,
    ],
    [
        0.7487824274337533,
        0.2856134859160784,
        0.4592143222158069,
        0.02097055139911715,
        0.00013736314126696204,
    ],
    [
        0.8396510075734789,
        0.9950209388542061,
        0.8460555030578727,
        0.9820689020512646,
        0.3789136708096537,
    ],
    [
        0.16546764653692908,
        0.018670610691852826,
        0.719397354576018,
        0.0009357166071730684,
        0.0927333564267591,
    ],
    [
        0.7759420231214385,
        0.1839139293714062,
        0.10073046076318157,
        0.03860183811876373,
        0.34065681486566446,
    ],
];

const SHORT: Matrix = [
    [
        0.4070293318365468,
        0.6952639610605605,
        0.28342529466226446,
        0.9479148658006686,
        0.23875064111146294,
    ],
    [
        0.5829759950441763,
        0.7709590751917746,
        0.0006059634829551632,
        0.794672584951181,
        0.27982942400798977,
    ],
    [
        0.8840397619834857,
        0.9637659445696822,
        0.19018958438059513,
        0.6962283914800402,
        0.943727057946997,
    ],
    [
        0.1712744286898638,
        0.4485149671497294,
        0.00045065329822896076,
        0.0007887930317199857,
        0.8555432840895761,
    ],
    [
        0.9555801066212176,
        0.13122106162635216,
        0.6072996585919443,
        0.05650711141169969,
        0.3214769399791204,
    ],
];

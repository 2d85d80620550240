//! Known splits, recognised by their study ids alone.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hex;
use crate::text::thousands;

/// A split that can be recognised without having its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KnownSplit {
    /// The name used in settings and results.
    pub key: &'static str,
    /// The name shown to people.
    pub name: &'static str,
    /// Number of studies.
    pub studies: u64,
    /// Number of studies with a findings section.
    pub with_findings: Option<u64>,
    /// Number of studies with an impression section.
    pub with_impression: Option<u64>,
    /// Lower-case hex SHA-256 of the sorted ids joined by `"\n"`.
    pub sha256: &'static str,
    /// [`hash_of_texts`] of its references under [`crate::Task::Findings`], where they are public.
    pub findings_sha256: Option<&'static str>,
    /// The same under [`crate::Task::Report`].
    pub reports_sha256: Option<&'static str>,
}

impl KnownSplit {
    /// This split with the number of its studies that are there.
    #[must_use]
    pub fn with_matched(&self, matched: u64) -> SplitMatch {
        SplitMatch {
            key: self.key.to_owned(),
            name: self.name.to_owned(),
            matched,
            of: self.studies,
            sha256: self.sha256.to_owned(),
        }
    }
}

/// The splits that are recognised: those of the leaderboard whose ids are public, and the
/// embedded sample ([`crate::samples`]).
pub const KNOWN_SPLITS: [KnownSplit; 5] = [
    KnownSplit {
        key: "iu-xray-test",
        name: "IU X-ray test",
        studies: 590,
        with_findings: Some(590),
        with_impression: Some(590),
        sha256: "5a1ffae1cceeaad4f2aa1d3e8ce835fe7c995cd432728ef81a483ab44e83b42c",
        findings_sha256: Some("fa3e3b2d37d5b5a9c93f04462153ac31623160b55c7281d3155efa7a3a47d846"),
        reports_sha256: Some("afa5816f2de8dd2f2aec5e40e1e4e2eeda3c65ff497d571d9452c60975a43295"),
    },
    KnownSplit {
        key: "iu-xray-valid",
        name: "IU X-ray validation",
        studies: 296,
        with_findings: None,
        with_impression: None,
        sha256: "5899d8d7497f958e1f4a07eab4aa6821f85bf61c4116935e4e5d916104e2043f",
        findings_sha256: None,
        reports_sha256: None,
    },
    KnownSplit {
        key: "mimic-cxr-test",
        name: "MIMIC-CXR test",
        studies: 2347,
        with_findings: None,
        with_impression: Some(1624),
        sha256: "a9fcd80fe4d93069224eccb9ce1c3add2ab1286541d86fcd329f6cd7a166b1c5",
        findings_sha256: None,
        reports_sha256: None,
    },
    KnownSplit {
        key: "chexpert-plus-valid",
        name: "CheXpert Plus validation",
        studies: 200,
        with_findings: Some(62),
        with_impression: None,
        sha256: "c8ca02981d196c50e6376d68dac268be653aea89a536219f0c0369edef66c9d8",
        findings_sha256: None,
        reports_sha256: None,
    },
    KnownSplit {
        key: "sample",
        name: "Synthetic sample",
        studies: 40,
        with_findings: Some(40),
        with_impression: Some(40),
        sha256: "e222f2fae542d1783af8a64e2d8ee002d430fbafc592ee626bbbfc342aa35f73",
        findings_sha256: Some("7d5ccdfadb741870b6ffa2da7d87e399af00ba1097393ccbe160fe5216f61ebe"),
        reports_sha256: Some("74fbe5a404c0161c289573cab5e134ae342e44f7fecc5185c36b40fa6382274b"),
    },
];

/// How much of a known split is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SplitMatch {
    /// [`KnownSplit::key`].
    pub key: String,
    /// [`KnownSplit::name`].
    pub name: String,
    /// Studies of the split that have a prediction text.
    pub matched: u64,
    /// Studies of the split.
    pub of: u64,
    /// The hash of the split's ids.
    pub sha256: String,
}

impl SplitMatch {
    /// For example `MIMIC-CXR test, 2,347 of 2,347 studies`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}, {} of {} studies", self.name, thousands(self.matched), thousands(self.of))
    }
}

/// Lower-case hex SHA-256 of the distinct ids, sorted by code point and joined by `"\n"`.
pub fn hash_of_ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    let sorted: BTreeSet<&str> = ids.into_iter().collect();
    let mut hash = Sha256::new();
    for (place, id) in sorted.into_iter().enumerate() {
        if place > 0 {
            hash.update(b"\n");
        }
        hash.update(id.as_bytes());
    }
    hex(&hash.finalize())
}

/// Lower-case hex SHA-256 of texts by their ids: sorted by id, each an id, a zero byte, the trimmed
/// text, a zero byte.
pub fn hash_of_texts<'a>(texts: impl IntoIterator<Item = (&'a str, Cow<'a, str>)>) -> String {
    let sorted: BTreeMap<&str, Cow<'_, str>> = texts.into_iter().collect();
    let mut hash = Sha256::new();
    for (id, text) in sorted {
        hash.update(id.as_bytes());
        hash.update([0]);
        hash.update(text.trim().as_bytes());
        hash.update([0]);
    }
    hex(&hash.finalize())
}

/// The known split whose ids are exactly these, in any order.
pub fn recognise<'a>(ids: impl IntoIterator<Item = &'a str>) -> Option<&'static KnownSplit> {
    // Most files are of no known split, and some have a million rows.
    let most = KNOWN_SPLITS.iter().map(|split| split.studies).max().unwrap_or_default();
    let mut distinct = BTreeSet::new();
    for id in ids {
        distinct.insert(id);
        if distinct.len() as u64 > most {
            return None;
        }
    }
    let hash = hash_of_ids(distinct);
    KNOWN_SPLITS.iter().find(|split| split.sha256 == hash)
}

//! References with candidates that differ from them as models' reports do.

use rrgscore_data::{
    MissingPolicy, ReadOptions, StudyPair, Task, align, read,
    samples::{MODEL_A, MODEL_B, SPLIT},
};

/// The sample's 40 studies with both of its models' reports, and every report edited as those of
/// [`iu_x_ray`] are: that a few decisions fall otherwise shall not move a mean as in 80 pairs.
pub(crate) fn sample() -> Vec<StudyPair> {
    let pairs = models();
    let mut reports: Vec<&str> =
        pairs.iter().flat_map(|pair| [pair.reference.as_str(), pair.candidate.as_str()]).collect();
    reports.sort_unstable();
    reports.dedup();
    let next = reports.iter().cycle().skip(1);
    let edited = reports.iter().zip(next).flat_map(|(&report, &next)| {
        [next.to_owned(), rotated(report), replaced(report, next), replaced(next, report)]
            .map(|candidate| (report.to_owned(), candidate))
    });
    let edited = (0..).zip(edited).map(|(at, (reference, candidate))| StudyPair {
        id: format!("edited {at}"),
        reference,
        candidate,
    });
    let edited: Vec<StudyPair> = edited.collect();
    pairs.into_iter().chain(edited).collect()
}

/// The sample's 40 studies with both of its models' reports.
fn models() -> Vec<StudyPair> {
    let parse = |text: &str| read(text.as_bytes(), &ReadOptions::default(), &mut |_| {}).unwrap();
    let references = parse(SPLIT.text);
    let of = |(name, model): (&str, &str)| {
        let predictions = parse(model);
        let aligned = align(&predictions, Some(&references), Task::Report, MissingPolicy::Refuse);
        let named = |pair: StudyPair| StudyPair { id: format!("{name} {}", pair.id), ..pair };
        aligned.unwrap().pairs.into_iter().map(named).collect::<Vec<_>>()
    };
    [("a", MODEL_A.text), ("b", MODEL_B.text)].into_iter().flat_map(of).collect()
}

/// The 590 reports of IU X-ray's test split, where they are, each with an edited candidate: the
/// next study's report, its own sentences in another order without one, or a fifth of its words
/// replaced by the next study's.
pub(crate) fn iu_x_ray() -> Option<Vec<StudyPair>> {
    let path = rrgscore_parity::shared("data/ReXRank_IUXray_test.json")?;
    let bytes = std::fs::read(path).unwrap();
    let split = read(bytes.as_slice(), &ReadOptions::default(), &mut |_| {}).unwrap();
    let reports: Vec<(&str, &str)> = split
        .records
        .iter()
        .map(|record| (record.id.as_str(), record.report.text().unwrap()))
        .collect();
    assert_eq!(reports.len(), 590);
    let next = reports.iter().cycle().skip(1);
    let pairs = reports.iter().zip(next).enumerate().map(|(place, (&(id, report), &(_, next)))| {
        let candidate = match place % 3 {
            0 => next.to_owned(),
            1 => rotated(report),
            _ => replaced(report, next),
        };
        StudyPair { id: id.to_owned(), reference: report.to_owned(), candidate }
    });
    Some(pairs.collect())
}

fn rotated(report: &str) -> String {
    let sentences: Vec<&str> = report.split_inclusive(". ").collect();
    let middle = sentences.len() / 2;
    let kept = sentences[middle..].iter().chain(sentences[..middle].iter().skip(1));
    kept.copied().collect()
}

fn replaced(report: &str, other: &str) -> String {
    let mut others = other.split_whitespace().skip(1);
    let word = |(place, word)| if place % 5 == 3 { others.next().unwrap_or(word) } else { word };
    report.split_whitespace().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

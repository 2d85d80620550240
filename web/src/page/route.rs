//! Where in the page the user is. Kept in the address' fragment, which never holds report text or
//! a study's id: a study is named by its row.

/// A view of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// Files in, scores out.
    #[default]
    Score,
    /// One study of the results, by its row in the table as it is sorted now.
    Study(u32),
    /// Runs beside each other.
    Compare,
    /// The published tables.
    Leaderboard,
    /// Which metric needs which model pack, and what is installed.
    Models,
    /// What the metrics see of minimal pairs.
    Sanity,
    /// What the page does and does not do.
    About,
}

impl Route {
    /// Reads the address' fragment; anything unknown is the first view.
    pub fn from_fragment(fragment: &str) -> Self {
        let path = fragment.trim_start_matches('#').trim_matches('/');
        match path.split_once('/') {
            Some(("study", row)) => row.parse().map_or(Self::Score, Self::Study),
            None if path == "compare" => Self::Compare,
            None if path == "leaderboard" => Self::Leaderboard,
            None if path == "models" => Self::Models,
            None if path == "sanity" => Self::Sanity,
            None if path == "about" => Self::About,
            _ => Self::Score,
        }
    }

    /// Writes the address' fragment.
    pub fn fragment(self) -> String {
        match self {
            Self::Score => "#/".to_owned(),
            Self::Study(row) => format!("#/study/{row}"),
            Self::Compare => "#/compare".to_owned(),
            Self::Leaderboard => "#/leaderboard".to_owned(),
            Self::Models => "#/models".to_owned(),
            Self::Sanity => "#/sanity".to_owned(),
            Self::About => "#/about".to_owned(),
        }
    }

    /// The document's title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Score => "RRGScore: score AI-written radiology reports",
            Self::Study(_) => "Study \u{b7} RRGScore",
            Self::Compare => "Compare \u{b7} RRGScore",
            Self::Leaderboard => "Leaderboard \u{b7} RRGScore",
            Self::Models => "Models \u{b7} RRGScore",
            Self::Sanity => "What metrics see \u{b7} RRGScore",
            Self::About => "About and privacy \u{b7} RRGScore",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_read_as_they_are_written() {
        let studies = [Route::Study(0), Route::Study(9_999)];
        let views = [Route::Score, Route::Compare, Route::Models, Route::Sanity];
        for route in studies.into_iter().chain(views) {
            assert_eq!(Route::from_fragment(&route.fragment()), route);
        }
        assert_eq!(Route::from_fragment("#/about/"), Route::About);
    }

    #[test]
    fn what_is_not_known_is_the_first_view() {
        for fragment in ["", "#", "#/study/", "#/study/x", "#/study/-1", "#/<b>"] {
            assert_eq!(Route::from_fragment(fragment), Route::Score, "{fragment}");
        }
    }
}

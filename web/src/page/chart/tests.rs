use super::*;

fn svg(chart: &Chart, width: f64) -> String {
    chart.drawn(width).svg("title")
}

/// The numbers of an attribute of all elements of a class of ink, told by their colour on paper.
fn numbers(svg: &str, element: &str, attribute: &str) -> Vec<f64> {
    let lines = svg.lines().filter(|line| line.starts_with(element));
    let value = |line: &str| {
        let (_, rest) = line.split_once(&format!(" {attribute}=\""))?;
        rest.split_once('"')?.0.parse().ok()
    };
    lines.filter_map(value).collect()
}

#[test]
fn bars_are_as_long_as_their_numbers() {
    let bar = |mean, ci| Bar {
        place: "1".to_owned(),
        name: "a".to_owned(),
        mean,
        ci,
        number: String::new(),
        own: false,
    };
    for width in [390.0, 880.0] {
        let drawn = svg(&Chart::Bars(vec![bar(0.4, Some(0.1)), bar(0.2, None)]), width);
        let lengths = numbers(&drawn, "<rect fill=\"#a9bac2\"", "width");
        assert!((lengths[0] - 2.0 * lengths[1]).abs() < 0.11, "{lengths:?}");
        // A whisker of three lines at the one with an interval: a quarter of its bar to each side.
        let whisker = "<line fill=\"none\"";
        let (from, to) = (numbers(&drawn, whisker, "x1"), numbers(&drawn, whisker, "x2"));
        assert_eq!(from.len(), 3);
        assert!((to[0] - from[0] - lengths[0] / 2.0).abs() < 0.21, "{from:?} {to:?}");
        assert!(numbers(&drawn, "<text", "x").iter().all(|x| (0.0..=width).contains(x)));
    }
}

#[test]
fn a_box_reaches_from_quartile_to_quartile() {
    let dots = [0.0, 0.1, 0.2, 0.3, 0.4].map(|value| (String::new(), value, value == 0.4)).to_vec();
    let one = BoxPlot { name: "a".to_owned(), five: [0.0, 0.1, 0.2, 0.3, 0.4], dots };
    let drawn = svg(&Chart::Boxes(vec![one], "unit".to_owned()), 600.0);
    let grid = numbers(&drawn, "<line stroke=\"#d5dcdf\"", "x1");
    let inner = numbers(&drawn, "<rect fill=\"#dbe4e8\"", "width");
    assert!((inner[0] - (grid[4] - grid[0]) / 2.0).abs() < 0.21, "{inner:?} {grid:?}");
    assert_eq!(numbers(&drawn, "<circle", "cx").len(), 5);
    // The own dot lies above the others.
    assert!(drawn.rfind("<circle fill=\"#ffffff\"") > drawn.rfind("<circle fill=\"#4a5862\""));
}

#[test]
fn names_in_a_scatter_lie_over_no_other_name_and_stay_inside() {
    let dot = |name: &str, x, y| Dot { name: name.to_owned(), x, y, own: false };
    let same = vec![dot("here", 0.0, 0.0), dot("here too", 0.0, 0.0), dot("far", 1.0, 1.0)];
    let axes = ["x".to_owned(), "y".to_owned()];
    let drawn = svg(&Chart::Scatter(same, axes), 500.0);
    assert_eq!(drawn.matches("<circle").count(), 3);
    assert!(drawn.contains(">far</text>"));
    // There is room for one of the two to the right; to the left begins the axis.
    assert_eq!(
        drawn.matches(">here</text>").count() + drawn.matches(">here too</text>").count(),
        1
    );
}

#[test]
fn a_histogram_counts_and_marks_the_mean() {
    let shown = Histogram {
        low: 0.0,
        high: 1.0,
        bins: vec![1, 0, 4, 2],
        mean: Some(0.5),
        interval: Some([0.4, 0.6]),
        unit: "BLEU-2".to_owned(),
        counted: "studies".to_owned(),
    };
    let drawn = svg(&Chart::Histogram(shown.clone()), 600.0);
    let heights = numbers(&drawn, "<rect fill=\"#a9bac2\"", "height");
    assert_eq!(heights.len(), 3);
    assert!((heights[1] - 4.0 * heights[0]).abs() < 0.5, "{heights:?}");
    assert!(drawn.contains("0.500 to 0.750: 4 studies") && drawn.contains(">mean 0.500</text>"));
    let same = Histogram { high: 0.0, bins: vec![3], mean: Some(0.0), interval: None, ..shown };
    assert_eq!(
        numbers(&svg(&Chart::Histogram(same), 600.0), "<rect fill=\"#a9bac2\"", "width"),
        [7.0]
    );
    let none = Chart::Histogram(Histogram {
        low: 0.0,
        high: 0.0,
        bins: Vec::new(),
        mean: None,
        interval: None,
        unit: String::new(),
        counted: String::new(),
    });
    assert!(!svg(&none, 600.0).contains("NaN"));
}

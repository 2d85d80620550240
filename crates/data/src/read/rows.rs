//! Rows of cells, in whatever they are written down.

use super::collect::{Collector, Name};
use crate::error::ReadError;
use crate::names::{is_question, is_showable};
use crate::options::ReadOptions;
use crate::shape::Role;

/// The roles of the columns of a header.
pub(super) fn header(
    cells: &[&str],
    collector: &mut Collector<'_>,
) -> Result<Vec<Name>, ReadError> {
    let numbered = numbered(collector.options(), cells.len())?;
    let mut names = Vec::with_capacity(cells.len());
    for (place, cell) in cells.iter().enumerate() {
        let role = numbered.iter().find(|(_, column)| *column == place).map(|(role, _)| *role);
        let name = match role {
            Some(role) => collector.named(cell, role),
            None => collector.name(cell),
        };
        names.push(match name.role() {
            Some(role) if !cell.trim().is_empty() && names.contains(&name) => {
                if role != Role::Id {
                    let name = cell.trim().to_owned();
                    return Err(ReadError::ColumnTwice { role, name });
                }
                // As pandas names it; the two are compared like any others.
                collector.name(&format!("{}.1", cell.trim()))
            }
            _ => name,
        });
    }
    for (role, column) in &collector.options().columns {
        if !names.iter().any(|name| name.role() == Some(*role)) {
            return Err(ReadError::NoSuchColumn { role: *role, column: column.clone() });
        }
    }
    // An empty name can be that of an index; it alone makes no header.
    let known = |is: &dyn Fn(Role) -> bool| {
        let named =
            |(name, cell): (&Name, &&str)| !cell.trim().is_empty() && name.role().is_some_and(is);
        names.iter().zip(cells).any(named)
    };
    let holds_text = |role| !matches!(role, Role::Id | Role::Split);
    let answers = names.iter().any(|name| name.is_answer);
    if known(&holds_text) || (answers && cells.iter().any(|cell| is_question(cell))) {
        Ok(names)
    } else if known(&|role| !holds_text(role)) && cells.iter().all(|cell| is_showable(cell)) {
        let cells = cells.iter().map(|cell| cell.trim().to_owned());
        Err(ReadError::NoReportField { names: cells.filter(|cell| !cell.is_empty()).collect() })
    } else {
        Err(ReadError::NoHeader)
    }
}

/// The roles of the columns of a table without a header.
pub(super) fn by_number(
    columns: usize,
    collector: &mut Collector<'_>,
) -> Result<Vec<Name>, ReadError> {
    let numbered = numbered(collector.options(), columns)?;
    if let Some((role, column)) =
        collector.options().columns.iter().find(|(_, column)| !column.starts_with('#'))
    {
        return Err(ReadError::NoSuchColumn { role: *role, column: column.clone() });
    }
    if numbered.is_empty() {
        return Err(ReadError::NoHeader);
    }
    let names = (0..columns).map(|place| {
        let label = format!("#{}", place + 1);
        match numbered.iter().find(|(_, column)| *column == place) {
            Some((role, _)) => collector.named(&label, *role),
            None => collector.unnamed(&label),
        }
    });
    Ok(names.collect())
}

/// The columns given by number (`#2`), counted from 0.
fn numbered(options: &ReadOptions, columns: usize) -> Result<Vec<(Role, usize)>, ReadError> {
    let mut numbered = Vec::new();
    for (role, column) in &options.columns {
        let Some(number) = column.trim().strip_prefix('#') else { continue };
        match number.parse::<usize>() {
            Ok(number) if (1..=columns).contains(&number) => numbered.push((*role, number - 1)),
            _ => return Err(ReadError::NoSuchColumn { role: *role, column: column.clone() }),
        }
    }
    Ok(numbered)
}

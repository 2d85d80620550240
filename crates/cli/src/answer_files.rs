//! `--green-responses` and the like: an option for each judge.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, Error, value_parser};
use rrgscore_judge::JudgeMetric as Judge;

/// The files of judges' answers that were named.
#[derive(Debug, Default)]
pub(crate) struct AnswerFiles(pub(crate) Vec<(Judge, Vec<PathBuf>)>);

/// The option's name, without dashes.
fn name(judge: Judge) -> String {
    format!("{}-responses", judge.id())
}

fn option((at, judge): (usize, Judge)) -> Arg {
    let title = judge.title();
    let help = if at == 0 {
        format!(
            "A judge's answers for {title}, which bring its column: lines {{\"id\": study id, \
             \"response\": text}}, what `rrgscore judge run` or a batch wrote, or a table. The output \
             of a batch needs the file of studies that `judge prepare` wrote, behind a comma"
        )
    } else {
        format!("The same for {title}")
    };
    Arg::new(name(judge))
        .long(name(judge))
        .help(help)
        .value_name("FILE[,STUDIES.json]")
        .value_delimiter(',')
        .num_args(1)
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf))
}

impl clap::Args for AnswerFiles {
    fn augment_args(command: Command) -> Command {
        command.args(Judge::ALL.into_iter().enumerate().map(option))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for AnswerFiles {
    fn from_arg_matches(found: &ArgMatches) -> Result<Self, Error> {
        let files = |judge: Judge| {
            let paths = found.get_many::<PathBuf>(&name(judge)).into_iter().flatten();
            (judge, paths.cloned().collect())
        };
        Ok(Self(Judge::ALL.into_iter().map(files).collect()))
    }

    fn update_from_arg_matches(&mut self, found: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(found)?;
        Ok(())
    }
}

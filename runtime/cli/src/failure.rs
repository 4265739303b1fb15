//! Why a command ends early: what it says on standard error, and its exit status.

use std::process::ExitCode;

use orochi_host::PluginError;

/// A command that cannot go on.
#[derive(Debug)]
pub enum Failure {
    /// A message, printed after the program's name.
    Message { text: String, status: u8 },
    /// Everything has been said; only the status is left.
    Silent { status: u8 },
    /// The command line is wrong, or asks for help.
    CommandLine(Box<clap::Error>),
}

impl Failure {
    /// A failure of the work itself: status 1.
    pub fn new(text: impl Into<String>) -> Self {
        Self::Message { text: text.into(), status: 1 }
    }

    /// A failure of how the command was called: status 2.
    pub fn usage(text: impl Into<String>) -> Self {
        Self::Message { text: text.into(), status: 2 }
    }

    /// Says it, and gives the status.
    pub fn report(self) -> ExitCode {
        match self {
            Self::Message { text, status } => {
                eprintln!("orochi: {text}");
                ExitCode::from(status)
            }
            Self::Silent { status } => ExitCode::from(status),
            Self::CommandLine(error) => {
                // Standard output or error may be closed; there is nobody to tell then.
                let _ = error.print();
                ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
            }
        }
    }
}

impl From<PluginError> for Failure {
    fn from(error: PluginError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::CommandLine(Box::new(error))
    }
}

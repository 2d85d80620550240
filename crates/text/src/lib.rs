//! Official text cleaning, word and sentence splitting, tokenizers.

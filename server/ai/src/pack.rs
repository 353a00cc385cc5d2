//! What of a project goes into a question: the best pieces that fit under a budget of tokens, the
//! same ones each time.

use std::collections::BTreeSet;

use crate::tokens;

/// Something that may be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Where it is from, which is what it is known by: `src/lex.rs:10-40`, `T-7k3f`.
    pub place: String,
    pub text: String,
    /// How much it has to do with the question; more is better. What is no number comes last.
    pub score: f64,
}

/// What is sent, and what is not.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// By place.
    pub pieces: Vec<Piece>,
    /// Places of those that did not fit, the best first.
    pub left_out: Vec<String>,
    /// Of the pieces, at most.
    pub tokens: u64,
}

/// What surrounds a piece: its place, and what delimits it.
const FRAME: u64 = 24;

/// Takes the best pieces that fit in `budget` tokens. A piece is taken whole or not at all; where a
/// large one does not fit, smaller ones after it still may. Of two with one place the better counts.
pub fn pack(pieces: Vec<Piece>, budget: u64) -> Packed {
    let mut order: Vec<(u64, Piece)> = pieces
        .into_iter()
        .map(|it| {
            let size = tokens::estimate(&it.text) + tokens::estimate(&it.place) + FRAME;
            (size, it)
        })
        .collect();
    let worth = |it: &Piece| match it.score.is_nan() {
        true => f64::NEG_INFINITY,
        false => it.score,
    };
    // Down to the last bit, so that no two orders of the same pieces differ.
    order.sort_by(|(_, a), (_, b)| {
        worth(b)
            .total_cmp(&worth(a))
            .then_with(|| a.place.cmp(&b.place))
            .then_with(|| a.text.cmp(&b.text))
            .then_with(|| b.score.total_cmp(&a.score))
    });
    let mut packed = Packed {
        pieces: Vec::new(),
        left_out: Vec::new(),
        tokens: 0,
    };
    let mut seen = BTreeSet::new();
    for (size, piece) in order {
        if !seen.insert(piece.place.clone()) {
            continue;
        }
        if packed.tokens + size <= budget {
            packed.tokens += size;
            packed.pieces.push(piece);
        } else {
            packed.left_out.push(piece.place);
        }
    }
    packed.pieces.sort_by(|a, b| a.place.cmp(&b.place));
    packed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn piece(place: &str, n_words: usize, score: f64) -> Piece {
        Piece {
            place: place.to_owned(),
            text: "word ".repeat(n_words),
            score,
        }
    }

    #[test]
    fn the_best_that_fit_are_taken_whole() {
        let pieces = vec![
            piece("c", 10, 1.0),
            piece("a", 1_000, 3.0),
            piece("b", 100, 2.0),
            piece("b", 5, 0.5),
        ];
        let packed = pack(pieces, 400);
        let places: Vec<_> = packed.pieces.iter().map(|it| &*it.place).collect();
        assert_eq!(places, ["b", "c"]);
        assert_eq!(packed.left_out, ["a"]);
        assert_eq!(packed.tokens, 100 + 10 + 2 * (FRAME + 1));
        assert_eq!(pack(Vec::new(), 10).tokens, 0);
    }

    proptest! {
        #[test]
        fn packing_stays_under_the_budget_and_hangs_on_no_order(
            pieces in prop::collection::vec(
                ("[a-f]{1,3}", "[a-z ]{0,200}", prop::num::f64::ANY),
                0..30,
            ),
            budget in 0_u64..2_000,
            seed in any::<u64>(),
        ) {
            let pieces: Vec<Piece> = pieces
                .into_iter()
                .map(|(place, text, score)| Piece { place, text, score })
                .collect();
            let mut shuffled = pieces.clone();
            fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
            let (one, two) = (pack(pieces.clone(), budget), pack(shuffled, budget));
            prop_assert!(one.tokens <= budget);
            let shown = |it: &Packed| format!("{it:?}");
            prop_assert_eq!(shown(&one), shown(&two));
            let places: BTreeSet<_> = pieces.iter().map(|it| &it.place).collect();
            prop_assert_eq!(one.pieces.len() + one.left_out.len(), places.len());
        }
    }
}

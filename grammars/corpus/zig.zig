//! TODO: yes zig module doc
// TODO: yes zig line
const std = @import("std"); // TODO: yes zig after code

/// TODO: yes zig doc
pub fn main() void {
    const s = "// TODO: no";
    const t = "\"// TODO: no";
    const c = '"'; // TODO: yes zig after a quote
    const d = '\''; // TODO: yes zig after an escaped quote
    const m =
        \\// TODO: no
        \\"
        // TODO: yes zig between lines of a string
        \\ "// TODO: no
    ;
    const e = @"// TODO: no"; // TODO: yes zig after a quoted name
    const x = 4 / 2; // TODO: yes zig after a division
    _ = .{ s, t, c, d, m, e, x };
}

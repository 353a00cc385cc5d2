// TODO: yes, a line
auto a = R"(// TODO: no " \)"; // TODO: yes, after a raw string
auto b = R"x(a )" // TODO: no
)x"; // TODO: yes, after a tag
auto c = u8R"--(/* TODO: no */)--"; /* TODO: yes */
auto d = 1'000'000; // TODO: yes, after digit separators
auto e = 0xFF'FF'00 + '"'; // TODO: yes, after hexadecimal ones
auto f = u8'"'; // TODO: yes, after a character
auto g = "// TODO: no"s; // TODO: yes, after a literal suffix
template <typename T> struct S { T x; }; // TODO: yes
char h = 'x'; // TODO: yes
auto i = MACRO_R"(x)"; // TODO: yes, after what is no raw string

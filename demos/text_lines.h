#pragma once

#include <string>
#include <vector>

namespace heed {

// Texts to work on: the one of the command line, or for "-" the lines of standard input.
class TextLines {
public:
    struct Line {
        size_t number = 0;  // 0: from the command line
        std::string text;
        bool good = true;  // false: it has been complained about
    };

    explicit TextLines(std::string text) : text_(std::move(text)), several_(text_ == "-") {}

    // The next ones, at most so many; none: there are no more. What is empty or no UTF-8 is complained about.
    std::vector<Line> next(size_t most);
    void complain(Line& line, const std::string& what);  // "heed: line 3: ..." on stderr

    bool several() const { return several_; }
    bool all_good() const { return all_good_; }

private:
    void check(Line& line);

    std::string text_;
    bool several_, all_good_ = true;
    size_t read_ = 0;
};

}  // namespace heed

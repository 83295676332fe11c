// Tells, at the end of each test case, what validation said while it ran; main then fails the suite.
#include <doctest/doctest.h>

#include <iostream>

#include "support/device.h"

namespace heed::tests {

namespace {

class Silence : public doctest::IReporter {
public:
    explicit Silence(const doctest::ContextOptions&) {}

    void test_case_start(const doctest::TestCaseData& test) override { name_ = test.m_name; }
    void test_case_end(const doctest::CurrentTestCaseStats&) override {
        const std::vector<vk::Message> messages = validation_log();
        for (; told_ < messages.size(); ++told_) {
            const vk::Message& m = messages[told_];
            std::cerr << "validation, in '" << name_ << "': " << (m.error ? "error " : "warning ") << m.id << ": " << m.text << '\n';
        }
    }

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_run_end(const doctest::TestRunStats&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

private:
    const char* name_ = "";
    size_t told_ = 0;
};

}  // namespace

REGISTER_LISTENER("silence", 1, Silence);

}  // namespace heed::tests

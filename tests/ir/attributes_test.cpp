#include "ir/attributes.h"

#include <doctest/doctest.h>

#include "support/sentence.h"

namespace heed {

TEST_SUITE("ir") {
    TEST_CASE("attributes: what was set comes back, and what was not is the default") {
        Attributes attributes;
        attributes.set("axis", int64_t{-1}).set("scale", 0.125).set("to", std::string("f16")).set("axes", std::vector<int64_t>{0, 2, 1});
        CHECK(attributes.integer("axis") == -1);
        CHECK(attributes.real("scale") == 0.125);
        CHECK(attributes.string("to") == "f16");
        CHECK(attributes.integers("axes") == std::vector<int64_t>{0, 2, 1});
        CHECK(attributes.has("axis"));
        CHECK_FALSE(attributes.has("axi"));
        CHECK(attributes.integer("absent", 7) == 7);
        CHECK(attributes.real("absent", 0.5) == 0.5);
        CHECK(attributes.string("absent", "none") == "none");
        CHECK(attributes.integers("absent").empty());
    }

    TEST_CASE("attributes: a value of another type is an error that names the attribute") {
        Attributes attributes;
        attributes.set("axis", int64_t{1}).set("scale", 2.0);
        CHECK(tests::sentence(ErrorKind::internal, [&] { (void)attributes.real("axis"); }) ==
              "attribute axis: expected a real number, got a value of another type");
        CHECK(tests::sentence(ErrorKind::internal, [&] { (void)attributes.integer("scale"); }) ==
              "attribute scale: expected an integer, got a value of another type");
        CHECK(tests::sentence(ErrorKind::internal, [&] { (void)attributes.integers("axis"); }) ==
              "attribute axis: expected a list of integers, got a value of another type");
    }

    TEST_CASE("attributes: the text keeps the order of setting; setting again replaces in place") {
        Attributes attributes;
        CHECK(to_string(attributes) == "");
        attributes.set("kind", int64_t{2}).set("axes", std::vector<int64_t>{1, 0}).set("scale", 0.125).set("to", std::string("f32"));
        CHECK(to_string(attributes) == "{kind=2, axes=[1,0], scale=0.125, to=f32}");
        attributes.set("kind", int64_t{5});
        CHECK(to_string(attributes) == "{kind=5, axes=[1,0], scale=0.125, to=f32}");
        Attributes other = attributes;
        CHECK(other == attributes);
        other.set("scale", 0.25);
        CHECK_FALSE(other == attributes);
    }
}

}  // namespace heed

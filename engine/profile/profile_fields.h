#pragma once

#include "profile/profile.h"
#include "profile/sample_fields.h"

// As sample_fields.h, of what stands around the samples.
namespace heed::profile {

void fields(Is<Roofs::Level> auto& level, const auto& field) {
    field("bytes", level.bytes);
    field("bytes_per_second", level.bytes_per_second);
}

void fields(Is<Roofs> auto& roofs, const auto& field) {
    field("flops_f32", roofs.flops_f32);
    field("flops_f16", roofs.flops_f16);
    field("memory", roofs.memory);
    field("dispatch_seconds", roofs.dispatch_seconds);
    field("submit_seconds", roofs.submit_seconds);
    field("timestamp_seconds", roofs.timestamp_seconds);
    field("day", roofs.day);
}

void fields(Is<DeviceFacts> auto& device, const auto& field) {
    field("name", device.name);
    field("driver", device.driver);
    field("uuid", device.uuid);
    field("type", device.type);
    field("subgroup_size", device.subgroup_size);
    field("software", device.software);
    field("timestamps", device.timestamps);
    field("tick_seconds", device.tick_seconds);
    field("clock", device.clock);
    field("clock_deviation", device.clock_deviation);
}

void fields(Is<Phase> auto& phase, const auto& field) {
    field("name", phase.name);
    field("detail", phase.detail);
    field("time", phase.time);
    field("thread", phase.thread);
}

void fields(Is<Round> auto& round, const auto& field) {
    field("isolated", round.isolated);
    field("host", round.host);
    field("pace", round.pace);
}

void fields(Is<Profile> auto& profile, const auto& field) {
    field("heed", profile.version);
    field("subject", profile.subject);
    field("started", profile.started);
    field("interrupted", profile.interrupted);
    field("notes", profile.notes);
    field("device", profile.device);
    field("roofs", profile.roofs);
    field("device_bytes", profile.device_bytes);
    field("phases", profile.phases);
    field("rounds", profile.rounds);
    field("plans", profile.plans);
}

}  // namespace heed::profile

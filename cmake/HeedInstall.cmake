# `cmake --install`: the library, its headers (as <heed.h> and <heed/heed.h>), the command, and what find_package(heed) reads.
include(CMakePackageConfigHelpers)

set(heed_config ${CMAKE_INSTALL_LIBDIR}/cmake/heed)

install(TARGETS heed EXPORT heedTargets)
install(EXPORT heedTargets NAMESPACE heed:: DESTINATION ${heed_config})
install(DIRECTORY engine/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/heed
    FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
install(DIRECTORY models DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/heed FILES_MATCHING PATTERN "*.h" PATTERN "shipped" EXCLUDE)
install(DIRECTORY models/shipped/ DESTINATION ${CMAKE_INSTALL_DATADIR}/heed/models)
if(TARGET heed_command)
    install(TARGETS heed_command)
endif()

configure_package_config_file(cmake/heedConfig.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/heedConfig.cmake INSTALL_DESTINATION ${heed_config})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/heedConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/heedConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/heedConfigVersion.cmake
    cmake/FindUtf8proc.cmake DESTINATION ${heed_config})

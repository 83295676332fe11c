# How every target of heed is built: language, warnings, sanitizers, ccache, the GLSL compiler, the layer check, and the function heed_box.

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(HEED_CCACHE ccache)
if(HEED_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${HEED_CCACHE})
endif()

set(HEED_GLSLANG glslangValidator CACHE STRING "The GLSL compiler: glslangValidator, a name or a path")
find_program(HEED_GLSLANG_PROGRAM ${HEED_GLSLANG} NO_CACHE)
if(NOT HEED_GLSLANG_PROGRAM)
    message(FATAL_ERROR "HEED_GLSLANG is '${HEED_GLSLANG}', and there is no such program; scripts/setup installs glslangValidator")
endif()
find_program(HEED_SPIRV_OPT spirv-opt REQUIRED)
find_program(HEED_SPIRV_VAL spirv-val REQUIRED)

# Fails the build when an #include points up; runs again when any source has changed.
file(GLOB_RECURSE heed_sources CONFIGURE_DEPENDS
    ${PROJECT_SOURCE_DIR}/engine/*.h ${PROJECT_SOURCE_DIR}/engine/*.cpp ${PROJECT_SOURCE_DIR}/models/*.h
    ${PROJECT_SOURCE_DIR}/models/*.cpp ${PROJECT_SOURCE_DIR}/demos/*.h ${PROJECT_SOURCE_DIR}/demos/*.cpp)
add_custom_command(
    OUTPUT ${PROJECT_BINARY_DIR}/layers_checked
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/check_layers
    COMMAND ${CMAKE_COMMAND} -E touch ${PROJECT_BINARY_DIR}/layers_checked
    DEPENDS ${heed_sources} ${PROJECT_SOURCE_DIR}/scripts/check_layers
    COMMENT "Checking that no #include points up"
    VERBATIM)
add_custom_target(heed_layers DEPENDS ${PROJECT_BINARY_DIR}/layers_checked)

# What every target of ours is compiled with.
function(heed_target target)
    # A designated initialiser leaves the rest at its default on purpose.
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-missing-field-initializers)
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        target_compile_options(${target} PRIVATE -Wno-restrict) # GCC 12 warns about std::string + std::string (its bug 105651)
    endif()
    if(HEED_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    if(HEED_SANITIZE)
        target_compile_options(${target} PRIVATE -fsanitize=${HEED_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
        target_link_options(${target} PRIVATE -fsanitize=${HEED_SANITIZE})
    endif()
    add_dependencies(${target} heed_layers)
endfunction()

# heed_box(NAME KNOWN... [HEADERS FOLDER...]): the folder engine/NAME (or NAME) as target heed_NAME, with the boxes it knows
# and the folders of the foreign headers it uses.
function(heed_box name)
    cmake_parse_arguments(PARSE_ARGV 1 BOX "" "" "HEADERS")
    list(TRANSFORM BOX_UNPARSED_ARGUMENTS PREPEND heed_ OUTPUT_VARIABLE known)
    set(folder ${PROJECT_SOURCE_DIR}/engine/${name})
    if(NOT IS_DIRECTORY ${folder})
        set(folder ${PROJECT_SOURCE_DIR}/${name})
    endif()
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
    if(NOT sources) # nothing but headers so far
        add_library(heed_${name} INTERFACE)
        target_link_libraries(heed_${name} INTERFACE ${known})
        return()
    endif()
    add_library(heed_${name} OBJECT ${sources})
    target_include_directories(heed_${name} PRIVATE ${PROJECT_SOURCE_DIR}/engine ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/shaders/include)
    target_include_directories(heed_${name} SYSTEM PRIVATE ${BOX_HEADERS})
    target_link_libraries(heed_${name} PUBLIC ${known})
    heed_target(heed_${name})
endfunction()

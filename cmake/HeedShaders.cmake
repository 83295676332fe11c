# Compiles GLSL to SPIR-V with glslang and embeds it: the functions behind shaders/CMakeLists.txt, the manifest.
#
#   heed_shader(matmul_tiled.comp OP matmul STRATEGY tiled
#               VARIANTS "f32=-DT_F32 -DW_F32" "f32_f16=-DT_F32 -DW_F16"
#               [EXTENSION GL_KHR_cooperative_matrix])
#
# makes the kernels matmul_tiled_f32 and matmul_tiled_f32_f16. What they bind, push and need of a device is read from the SPIR-V
# (engine/base/spirv.h). EXTENSION leaves the shader out where HEED_GLSLANG does not know it.

add_executable(embed_kernels ${PROJECT_SOURCE_DIR}/cmake/embed_kernels.cpp ${PROJECT_SOURCE_DIR}/engine/base/spirv.cpp)
target_include_directories(embed_kernels PRIVATE ${PROJECT_SOURCE_DIR}/engine)
heed_target(embed_kernels)

# What every kernel goes through; --watch of `heed profile` does the same again (engine/check/shader_compiler.h).
set(heed_glslang_arguments --quiet -V --target-env vulkan1.2)
# Drivers that keep local arrays in memory (SwiftShader: 14 times slower) need the loops over them unrolled beforehand.
set(heed_optimiser_arguments --target-env=vulkan1.2 -O --loop-unroll -O)
set(heed_validator_arguments --target-env vulkan1.2)

add_library(heed_kernels OBJECT)
target_include_directories(heed_kernels PRIVATE ${PROJECT_SOURCE_DIR}/engine)

# Sets OUT to whether the compiler accepts `#extension EXTENSION : require`.
function(heed_glslang_knows extension out)
    set(probe ${CMAKE_CURRENT_BINARY_DIR}/probe_${extension})
    file(WRITE ${probe}.comp "#version 460\n#extension ${extension} : require\nvoid main() {}\n")
    execute_process(COMMAND ${HEED_GLSLANG_PROGRAM} -V --target-env vulkan1.2 -o ${probe}.spv ${probe}.comp
                    RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(failed)
        set(${out} FALSE PARENT_SCOPE)
    else()
        set(${out} TRUE PARENT_SCOPE)
    endif()
endfunction()

function(heed_shader file)
    cmake_parse_arguments(PARSE_ARGV 1 SHADER "" "OP;STRATEGY;EXTENSION" "VARIANTS")
    if(SHADER_UNPARSED_ARGUMENTS OR NOT SHADER_OP OR NOT SHADER_STRATEGY OR NOT SHADER_VARIANTS)
        message(FATAL_ERROR "heed_shader(${file}): expected OP, STRATEGY, VARIANTS and perhaps EXTENSION, got '${ARGN}'")
    endif()
    if(SHADER_EXTENSION)
        heed_glslang_knows(${SHADER_EXTENSION} known)
        if(NOT known)
            message(STATUS "shaders/${file} is left out: ${HEED_GLSLANG} does not know ${SHADER_EXTENSION}")
            return()
        endif()
    endif()
    foreach(variant ${SHADER_VARIANTS})
        string(REGEX MATCH "^([a-z0-9_]+)=?(.*)$" matched "${variant}")
        set(dtype ${CMAKE_MATCH_1})
        separate_arguments(macros UNIX_COMMAND "${CMAKE_MATCH_2}")
        set(name ${SHADER_OP}_${SHADER_STRATEGY}_${dtype})
        set(spirv ${CMAKE_CURRENT_BINARY_DIR}/${name}.spv)
        add_custom_command(
            OUTPUT ${spirv}
            COMMAND ${HEED_GLSLANG_PROGRAM} ${heed_glslang_arguments} -I${CMAKE_CURRENT_SOURCE_DIR}/include ${macros}
                    --depfile ${spirv}.d -o ${spirv} ${CMAKE_CURRENT_SOURCE_DIR}/${file}
            COMMAND ${HEED_SPIRV_OPT} ${heed_optimiser_arguments} ${spirv} -o ${spirv}
            COMMAND ${HEED_SPIRV_VAL} ${heed_validator_arguments} ${spirv}
            DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${file}
            DEPFILE ${spirv}.d
            COMMENT "Compiling kernel ${name}"
            VERBATIM)
        set_property(TARGET heed_kernels APPEND PROPERTY HEED_LINES
            "kernel|${SHADER_OP}|${SHADER_STRATEGY}|${dtype}|${file}|${CMAKE_MATCH_2}|${spirv}")
        set_property(TARGET heed_kernels APPEND PROPERTY HEED_SPIRV ${spirv})
    endforeach()
endfunction()

# To be called after the last heed_shader: writes the tables that heed::kernels() and heed::shader_tools() return.
function(heed_embed_kernels)
    get_target_property(lines heed_kernels HEED_LINES)
    get_target_property(spirv heed_kernels HEED_SPIRV)
    if(NOT lines)
        set(lines "")
        set(spirv "")
    endif()
    foreach(tool "${HEED_GLSLANG}|${heed_glslang_arguments}" "spirv-opt|${heed_optimiser_arguments}"
                 "spirv-val|${heed_validator_arguments}")
        string(REPLACE ";" " " tool "${tool}")
        list(APPEND lines "tool|${tool}")
    endforeach()
    list(JOIN lines "\n" lines)
    set(list ${CMAKE_CURRENT_BINARY_DIR}/kernels.txt)
    file(CONFIGURE OUTPUT ${list} CONTENT "${lines}\n" @ONLY)
    add_custom_command(
        OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/kernels.cpp
        COMMAND embed_kernels ${list} ${CMAKE_CURRENT_BINARY_DIR}/kernels.cpp
        DEPENDS embed_kernels ${list} ${spirv}
        COMMENT "Embedding the kernels"
        VERBATIM)
    target_sources(heed_kernels PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/kernels.cpp)
endfunction()

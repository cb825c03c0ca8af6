# Writes a manual page from what a program and each of its commands print on --help.
#   cmake -DPROGRAM=tgcall -DVERSION=0.1.0 -DOUT=tgcall.1 -P man.cmake

# What PROGRAM ARGUMENT... --help prints, as roff that is shown as it stands.
function(help out)
  execute_process(COMMAND ${PROGRAM} ${ARGN} --help OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  set(${out}_plain "${text}" PARENT_SCOPE)
  string(REPLACE "\\" "\\e" text "${text}")
  string(REPLACE "-" "\\-" text "${text}")
  string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" text "${text}")
  set(${out} ".nf\n${text}.fi\n" PARENT_SCOPE)
endfunction()

get_filename_component(name ${PROGRAM} NAME)
string(TOUPPER ${name} title)
help(main)
string(CONCAT page ".TH ${title} 1 \"\" \"tlgen ${VERSION}\" \"User Commands\"\n"
                   ".SH NAME\n${name} \\- Telegram's API from the command line\n"
                   ".SH DESCRIPTION\n${main}")
string(REGEX MATCHALL "\n  [a-z-]+[^\n]*\n      [a-z]" commands "${main_plain}")
foreach(command IN LISTS commands)
  string(REGEX MATCH "[a-z-]+" command "${command}")
  string(TOUPPER ${command} title)
  help(text ${command})
  string(APPEND page ".SH ${title}\n${text}")
endforeach()
string(APPEND page ".SH SEE ALSO\n.BR tlgen (1)\n")
file(WRITE ${OUT} "${page}")

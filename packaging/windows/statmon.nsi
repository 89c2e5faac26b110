; Per-user installer. Variables come from build_windows.py: VERSION, OUT, FILES (a sorted list: the order of a folder on
; disk must not decide what the installer looks like), LIST (what is installed, to be removed by it later), SIZE_KB.
Target amd64-unicode
ManifestSupportedOS Win10
ManifestDPIAware true
Name "statmon ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\statmon"
InstallDirRegKey HKCU "Software\statmon" "InstallDir"
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetCompressorDictSize 64
SetDateSave off
Icon "${ICON}"
UninstallIcon "${ICON}"
VIProductVersion "${NUMBERS}"
VIAddVersionKey ProductName statmon
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Installs statmon"
VIAddVersionKey LegalCopyright "MIT licence"
!ifdef SIGN
  ; %1 is the file: the uninstaller first, then the installer.
  !uninstfinalize '${SIGN} "%1"'
  !finalize '${SIGN} "%1"'
!endif

Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\statmon"
!define CLASS "Software\Classes\statmon.workspace"

!macro refuse_while_running
  System::Call 'kernel32::OpenMutexW(i 0x100000, i 0, w "org.statmon.Statmon") p .r0'
  ${If} $0 P<> 0
    System::Call 'kernel32::CloseHandle(p r0)'
    MessageBox MB_OK|MB_ICONEXCLAMATION "statmon is running. Close it and try again." /SD IDOK
    SetErrorLevel 5
    Quit
  ${EndIf}
!macroend
!include LogicLib.nsh
!define LISTED "$INSTDIR\installed.txt"

; Removes what was installed here, by the list that was installed with it, and nothing else: files, then folders, which
; stay if somebody else keeps something in them. On an upgrade as well: what this version no longer has must not stay.
!macro remove_program
  ClearErrors
  FileOpen $1 "${LISTED}" r
  ${IfNot} ${Errors}
    ${Do}
      FileRead $1 $2
      ${If} ${Errors}
        ${ExitDo}
      ${EndIf}
      StrCpy $2 $2 -2 ; the line's end
      StrCpy $3 $2 1 -1
      ${If} $3 == "\"
        StrCpy $2 $2 -1
        RMDir "$INSTDIR\$2"
      ${Else}
        Delete "$INSTDIR\$2"
      ${EndIf}
    ${Loop}
    FileClose $1
    Delete "${LISTED}"
  ${EndIf}
  ClearErrors
!macroend

; $4: whether a folder holds something that is not statmon's.
!macro look_for_others
  StrCpy $4 no
  ${IfNot} ${FileExists} "${LISTED}"
    FindFirst $1 $2 "$INSTDIR\*"
    ${DoWhile} $2 != ""
      ${If} $2 != "."
      ${AndIf} $2 != ".."
        StrCpy $4 yes
      ${EndIf}
      FindNext $1 $2
    ${Loop}
    FindClose $1
  ${EndIf}
!macroend

; Never among somebody else's files: a folder of its own in there, or none.
!macro choose_folder
  !insertmacro look_for_others
  ${If} $4 == yes
    StrCpy $INSTDIR "$INSTDIR\statmon"
    !insertmacro look_for_others
    ${If} $4 == yes
      MessageBox MB_OK|MB_ICONEXCLAMATION "$INSTDIR is not statmon's own folder. Choose another." /SD IDOK
      SetErrorLevel 6
      Quit
    ${EndIf}
  ${EndIf}
!macroend

Function .onInit
  !insertmacro refuse_while_running
FunctionEnd
Function un.onInit
  !insertmacro refuse_while_running
FunctionEnd

Section
  !insertmacro choose_folder
  !insertmacro remove_program
  ; The list comes before what it lists: an installation that is broken off can be removed.
  SetOutPath "$INSTDIR"
  File "/oname=installed.txt" "${LIST}"
  !include "${FILES}"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\statmon.lnk" "$INSTDIR\statmon.exe"
  WriteRegStr HKCU "Software\statmon" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "Software\Classes\.statmon" "" "statmon.workspace"
  WriteRegStr HKCU "Software\Classes\.statmon" "Content Type" "application/vnd.statmon.workspace+json"
  WriteRegStr HKCU "${CLASS}" "" "statmon workspace"
  WriteRegStr HKCU "${CLASS}\DefaultIcon" "" "$INSTDIR\statmon.exe,1"
  WriteRegStr HKCU "${CLASS}\shell\open\command" "" '"$INSTDIR\statmon.exe" "%1"'
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "statmon"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The statmon developers"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\statmon.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE_KB}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

; Settings, history and workspaces are the user's and stay.
Section Uninstall
  !insertmacro remove_program
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\statmon.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "${CLASS}"
  ; Another program may have taken the file type over.
  ReadRegStr $0 HKCU "Software\Classes\.statmon" ""
  ${If} $0 == "statmon.workspace"
    DeleteRegValue HKCU "Software\Classes\.statmon" ""
    DeleteRegValue HKCU "Software\Classes\.statmon" "Content Type"
    DeleteRegKey /ifempty HKCU "Software\Classes\.statmon"
  ${EndIf}
  DeleteRegKey HKCU "Software\statmon"
  DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "statmon"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
